"""Keeping pictures and built sites beside the traces."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from webgen_r1.errors import DiskError
from webgen_r1.types import BuildResult, Page, RenderResult

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Date of every entry, so that the same site is the same file."""


def save_pictures(render: RenderResult, folder: Path | None, digest: str) -> tuple[Page, ...]:
    """Write every picture under `folder`/shots/<digest>/ and return the pages that name them.

    Without a folder, pictures are not kept. Raises DiskError.
    """
    pages = [rendered.page for rendered in render.pages]
    if folder is None:
        return tuple(pages)
    shots = Path("shots") / digest[:16]
    suffix = "jpg" if render.image_type == "jpeg" else "png"
    try:
        (folder / shots).mkdir(parents=True, exist_ok=True)
        for index, rendered in enumerate(render.pages):
            slug = re.sub(r"[^a-z0-9]+", "-", rendered.page.route.lower()).strip("-")[:40]
            stem = f"{index}-{slug or 'home'}"
            names: dict[str, str | None] = {}
            for field, picture, name in (
                ("screenshot", rendered.viewport_image, f"{stem}.{suffix}"),
                ("screenshot_full", rendered.full_image, f"{stem}-full.{suffix}"),
            ):
                if picture is not None:
                    (folder / shots / name).write_bytes(picture)
                    names[field] = (shots / name).as_posix()
            pages[index] = rendered.page.model_copy(update=names)
    except OSError as error:
        raise DiskError(f"cannot keep pictures in {folder / shots}: {error.strerror}") from error
    return tuple(pages)


def save_site(build: BuildResult, folder: Path, digest: str) -> str:
    """Keep a bundle as `folder`/sites/<digest>.zip; its path relative to `folder`.

    An archive, not a tree: no file name that a model chose is ever created on disk. The
    public base path is the archive's comment. Raises DiskError.
    """
    assert build.site is not None
    name = f"sites/{digest[:16]}.zip"
    try:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        # Of its own: the same completion may answer two instructions at the same time.
        handle, path = tempfile.mkstemp(prefix=".site-", suffix=".part", dir=folder / "sites")
        os.close(handle)
        draft = Path(path)
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for path, body in build.site.items():
                archive.writestr(zipfile.ZipInfo(path, EPOCH), body, zipfile.ZIP_DEFLATED)
            archive.comment = build.base.encode()
        draft.replace(folder / name)
    except OSError as error:
        raise DiskError(f"cannot keep the site in {folder / name}: {error.strerror}") from error
    return name


def load_site(file: Path) -> tuple[Mapping[str, bytes], str]:
    """A kept bundle: path → bytes, and its base path. Raises DiskError when it is unreadable."""
    try:
        with zipfile.ZipFile(file) as archive:
            site = {name: archive.read(name) for name in archive.namelist()}
            return site, archive.comment.decode() or "/"
    except (OSError, zipfile.BadZipFile, zlib.error, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no readable archive"
        raise DiskError(f"cannot read the site {file}: {reason}") from error
