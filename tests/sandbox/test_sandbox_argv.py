"""How each sandbox turns a spec into an argv. What the argv does is tested in tests/e2e."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from webgen_r1.config import SandboxConfig
from webgen_r1.errors import SandboxError
from webgen_r1.sandbox import (
    Bubblewrap,
    Container,
    FakeSandbox,
    Sandbox,
    SandboxSpec,
    Unconfined,
    find_sandbox,
)

SPEC = SandboxSpec(
    argv=("prog", "--flag"),
    read_only={Path("/usr/share"): "/data/share"},
    env={"KEY": "value"},
    cwd="/jobs",
    scratch={"/jobs": 8, "/tmp": 2},
    memory_mb=300,
    max_processes=10,
)


def pairs(argv: list[str], option: str) -> list[str]:
    return [argv[i + 1] for i, word in enumerate(argv) if word == option]


@pytest.mark.parametrize("uid", [0, 1000])
class TestBubblewrap:
    def test_starts_with_an_empty_environment(self, uid: int) -> None:
        argv = Bubblewrap(Path("/usr/bin/bwrap"), uid).command(SPEC)
        assert argv[:3] == ["/usr/bin/env", "-i", "/usr/bin/bwrap"]
        assert pairs(argv, "--setenv") == ["PATH", "KEY"]

    def test_has_no_network_and_dies_with_us(self, uid: int) -> None:
        argv = Bubblewrap(uid=uid).command(SPEC)
        assert {"--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent"} <= set(argv)

    def test_every_writable_place_has_a_size(self, uid: int) -> None:
        argv = Bubblewrap(uid=uid).command(SPEC)
        assert argv.count("--tmpfs") == argv.count("--size") == 2
        assert pairs(argv, "--remount-ro") == ["/dev", "/"]

    def test_mounts_nothing_writable_of_the_host(self, uid: int) -> None:
        argv = Bubblewrap(uid=uid).command(SPEC)
        head = argv[: argv.index("--")]
        assert "--bind" not in head
        assert "--dev-bind" not in head
        assert "/data/share" in argv

    def test_ends_with_the_program(self, uid: int) -> None:
        assert Bubblewrap(uid=uid).command(SPEC)[-2:] == ["prog", "--flag"]

    def test_user_namespaces_are_off_unless_asked_for(self, uid: int) -> None:
        nested = SandboxSpec(argv=("prog",), nested_userns=True)
        assert "--disable-userns" in Bubblewrap(uid=uid).command(SPEC)
        assert "--disable-userns" not in Bubblewrap(uid=uid).command(nested)


class TestBubblewrapForRoot:
    def test_becomes_an_unused_user_before_the_program_starts(self) -> None:
        argv = Bubblewrap(uid=0).command(SPEC)
        inside = argv[argv.index("--") :]
        assert "setpriv" in inside
        assert int(pairs(inside, "--reuid")[0]) >= 52_000
        assert pairs(inside, "--reuid") == pairs(inside, "--regid")

    def test_mounts_without_a_user_namespace_which_would_be_root_itself(self) -> None:
        argv = Bubblewrap(uid=0).command(SPEC)
        assert "--unshare-user" not in argv[: argv.index("--")]


class TestContainer:
    def test_limits_are_the_engine_s(self) -> None:
        argv = Container("docker", "image").command(SPEC)
        assert pairs(argv, "--memory") == pairs(argv, "--memory-swap") == ["300m"]
        assert pairs(argv, "--pids-limit") == ["10"]
        assert pairs(argv, "--network") == ["none"]
        assert pairs(argv, "--cap-drop") == ["ALL"]
        assert "--read-only" in argv

    def test_program_and_arguments_are_around_the_image(self) -> None:
        argv = Container("docker", "image").command(SPEC)
        assert argv[-4:] == ["--entrypoint", "prog", "image", "--flag"]

    def test_is_ended_by_name(self) -> None:
        container = Container("podman", "image")
        argv = container.command(SPEC)
        assert container.stop_command(argv) == ["podman", "rm", "--force", *pairs(argv, "--name")]

    def test_names_never_repeat(self) -> None:
        container = Container("docker", "image")
        assert pairs(container.command(SPEC), "--name") != pairs(container.command(SPEC), "--name")


class TestUnconfined:
    def test_clears_the_environment_all_the_same(self) -> None:
        spec = SandboxSpec(argv=("/usr/bin/env",), env={"KEY": "value"})
        run = subprocess.run(Unconfined().command(spec), capture_output=True, text=True, check=True)
        lines = run.stdout.splitlines()
        assert sorted(line.split("=")[0] for line in lines) == ["KEY", "PATH"]

    def test_says_that_it_confines_nothing(self) -> None:
        assert not Unconfined().confines


class TestFindSandbox:
    def test_none_is_taken_at_its_word(self) -> None:
        assert find_sandbox(SandboxConfig(kind="none")).name == "none"

    def test_what_does_not_work_is_refused_with_what_mends_it(self) -> None:
        config = SandboxConfig(kind="container", image="webgen-r1.invalid/no-such-image")
        with pytest.raises(SandboxError, match="--sandbox none") as caught:
            find_sandbox(config)
        assert caught.value.code == "sandbox-missing"
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sandbox", [Bubblewrap(), Container("docker", "i"), Unconfined(), FakeSandbox()]
)
def test_all_have_the_same_face(sandbox: Sandbox) -> None:
    assert isinstance(sandbox, Sandbox)


def test_the_fake_runs_what_it_is_told_and_remembers_what_it_was_asked() -> None:
    fake = FakeSandbox(lambda spec: [sys.executable, "-c", "print('hi')"])
    assert fake.command(SPEC)[0] == sys.executable
    assert fake.specs == [SPEC]
