"""What the browser and its site server need to see of the host, and where."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import anyio
import h11
import idna
import starlette
import uvicorn

from webgen_r1.render import site_server
from webgen_r1.render.flags import browser_flags
from webgen_r1.render.fonts import fonts_conf
from webgen_r1.sandbox import SandboxSpec

_PACKAGES = (anyio, h11, idna, starlette, uvicorn)


def house(program: Path, home: Path, confined: bool) -> SandboxSpec:
    """The run of `site_server.py` that starts `program`; `home` is our own temporary folder.

    Inside a sandbox everything is mounted directly below the root: folders that
    bubblewrap makes on the way to a deeper place can be entered by root alone.
    """
    house = House(confined)
    (home / "sites").mkdir(mode=0o755)
    tmp = "/tmp" if confined else str(home / "tmp")  # noqa: S108 - a path inside the sandbox
    if not confined:
        (home / "tmp").mkdir()
    env = {"HOME": tmp, "TMPDIR": tmp, "TZ": "UTC", "LANG": "C.UTF-8"}
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    env["PYTHONPATH"] = os.pathsep.join(house.packages())
    interpreter = house.python()
    if confined:  # a shared libpython beside an interpreter that was moved; not for the browser
        env["LD_LIBRARY_PATH"] = str(Path(interpreter).parent.parent / "lib")
    env["FONTCONFIG_FILE"] = house.fonts(home, f"{tmp}/fontconfig")
    own_sandbox = confined or os.geteuid() != 0
    argv = (
        interpreter,
        "-s",
        house.place(Path(site_server.__file__), "/site_server.py"),
        house.place(home / "sites", "/sites"),
        house.program(program),
        *browser_flags(f"{tmp}/profile", own_sandbox),
    )
    return SandboxSpec(
        argv=argv,
        read_only=house.mounts,
        env=env,
        cwd=tmp,
        scratch={"/tmp": 512},  # noqa: S108
        memory_mb=4096,
        max_processes=600,
        nested_userns=True,
    )


class House:
    """Collects mounts. Without a sandbox every place is the host's own path."""

    def __init__(self, confined: bool) -> None:
        self._confined = confined
        self.mounts: dict[Path, str] = {}

    def place(self, host: Path, inside: str) -> str:
        """Where `host` is to be found by those inside."""
        if not self._confined:
            return str(host)
        if host.is_relative_to("/usr"):
            return str(host)  # every sandbox shows it
        self.mounts[host] = inside
        return inside

    def program(self, program: Path) -> str:
        real = program.resolve()
        return f"{self.place(real.parent, '/browser')}/{real.name}"

    def python(self) -> str:
        """This interpreter, outside of its virtual environment."""
        real = Path(sys.executable).resolve()
        prefix = Path(sys.base_prefix).resolve()
        if not self._confined or not real.is_relative_to(prefix):
            return sys.executable
        return f"{self.place(prefix, '/python')}/{real.relative_to(prefix)}"

    def packages(self) -> list[str]:
        """Folders from which the site server imports what it needs."""
        folders = {Path(module.__file__ or "").resolve().parent.parent for module in _PACKAGES}
        return [
            self.place(folder, f"/packages{number}")
            for number, folder in enumerate(sorted(folders))
        ]

    def fonts(self, home: Path, cache: str) -> str:
        text = fonts_conf(cache)
        if text is None:
            return f"{self.place(Path('/etc/fonts'), '/fonts')}/fonts.conf"
        (home / "fonts.conf").write_text(text, encoding="utf-8")
        return self.place(home / "fonts.conf", "/fonts.conf")
