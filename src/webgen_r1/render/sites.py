"""Publishing a built site to the server inside the sandbox: a folder it can only read.

A site's host name is derived from its content: the same site has the same address in
every run (pages print their address), and a page that wants to read a neighbour's files
would have to know all of them already.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from webgen_r1.errors import DiskError
from webgen_r1.types import BuildResult, tree_digest


class SiteFolder:
    """The folder of one browser; its subfolder is the site being rendered."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def publish(self, build: BuildResult) -> str:
        """Write the site's files under names of ours; returns its key. Raises DiskError."""
        assert build.site is not None
        key = tree_digest({**build.site, "\0base": build.base.encode()})[:32]
        try:
            _write(self.root / key, build)
        except OSError as error:
            self.withdraw(key)
            raise DiskError(f"cannot write the site to {self.root}: {error.strerror}") from error
        return key

    def withdraw(self, key: str) -> None:
        """Remove what `publish` wrote."""
        shutil.rmtree(self.root / key, ignore_errors=True)


def _write(folder: Path, build: BuildResult) -> None:
    assert build.site is not None
    folder.mkdir(mode=0o755)
    files: dict[str, str] = {}
    for number, path in enumerate(sorted(build.site)):
        (folder / str(number)).write_bytes(build.site[path])
        files[path] = str(number)
    index = json.dumps({"base": build.base, "files": files})
    (folder / "index.json").write_text(index, encoding="utf-8")
