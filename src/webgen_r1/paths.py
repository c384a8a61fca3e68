"""Which file names a model may write.

A path is accepted when it names the same file inside the project on every system:
Linux, macOS (ignores case, normalises Unicode) and Windows (devices, drives, streams).
"""

from __future__ import annotations

import re
import unicodedata

MAX_PATH_BYTES = 512
MAX_NAME_BYTES = 200

# Names of folders that belong to tools: git runs hooks, Node loads modules from there.
_TOOL_FOLDERS = frozenset({".git", "node_modules"})
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)
_FORBIDDEN = re.compile(r'[\\<>:"|?*]')


def safe_path(raw: str) -> str | None:
    """`raw` as a normalised relative POSIX path, or None if it must not be written.

    Only ``./`` and doubled slashes are tidied; everything doubtful is refused.
    """
    if not raw or len(raw) > MAX_PATH_BYTES or raw[0] in "/~" or raw.endswith("/"):
        return None
    if not _plain_characters(raw):
        return None
    # What a file system that normalises would see must be as harmless, and as deep.
    folded = unicodedata.normalize("NFKC", raw)
    if folded != raw and (
        folded[0] in "/~"
        or not _plain_characters(folded)
        or any(folded.count(mark) != raw.count(mark) for mark in "/.~")
    ):
        return None
    names = [name for name in raw.split("/") if name not in ("", ".")]
    folded_names = [name for name in folded.split("/") if name not in ("", ".")]
    if not names or names[0].startswith("~"):
        return None
    if not all(_safe_name(name) for name in (*names, *folded_names)):
        return None
    path = "/".join(names)
    return path if len(path.encode()) <= MAX_PATH_BYTES else None


def collision_key(path: str) -> str:
    """Equal for two paths that are one file where case and Unicode form are ignored."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _plain_characters(text: str) -> bool:
    # Not printable: control, invisible formatting (zero width, bidi), surrogates, private use,
    # unassigned, and every blank but the common one.
    return text.isprintable() and not _FORBIDDEN.search(text)


def _safe_name(name: str) -> bool:
    folded = name.casefold()
    return (
        name == name.strip()
        and not name.endswith(".")  # covers ".."
        and len(name.encode()) <= MAX_NAME_BYTES
        and folded not in _TOOL_FOLDERS
        and not folded.startswith("git~")  # short form of .git on Windows
        and folded.split(".")[0].rstrip() not in _DEVICES
    )
