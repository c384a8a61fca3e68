"""Homes of programs: one's own, readable by the sandboxed user, and none left for ever."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from webgen_r1.sandbox.home import PREFIX, Home


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def homes(folder: Path) -> set[str]:
    return {path.name for path in folder.glob(f"{PREFIX}*")}


def test_a_home_is_there_until_it_is_removed(temporary: Path) -> None:
    home = Home()
    assert home.path.parent == temporary
    assert home.path.stat().st_mode & 0o777 == 0o755
    home.remove()
    home.remove()
    assert homes(temporary) == set()


def test_another_home_leaves_one_in_use_alone(temporary: Path) -> None:
    first, second = Home(), Home()
    assert homes(temporary) == {first.path.name, second.path.name}
    first.remove()
    second.remove()


def test_what_a_killed_process_left_goes_when_the_next_home_is_made(temporary: Path) -> None:
    program = "from webgen_r1.sandbox.home import Home; print(Home().path, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().decode().strip())
        mine = Home()
        assert left.is_dir()
        process.send_signal(signal.SIGKILL)
    assert left.is_dir()
    later = Home()
    assert homes(temporary) == {mine.path.name, later.path.name}
    mine.remove()
    later.remove()


def test_a_folder_that_is_not_ours_stays(temporary: Path) -> None:
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "lock").touch()
    (temporary / f"{PREFIX}link").symlink_to(elsewhere)
    (temporary / f"{PREFIX}without-lock").mkdir()
    Home().remove()
    assert homes(temporary) == {f"{PREFIX}link", f"{PREFIX}without-lock"}
    assert (elsewhere / "lock").is_file()
