"""Keeping the pictures of rendered pages beside the traces."""

from __future__ import annotations

import re
from pathlib import Path

from webgen_r1.errors import DiskError
from webgen_r1.types import Page, RenderResult


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
