"""Parting instructions by their text, so that a row keeps its part whatever joins or leaves."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence

from webgen_r1.errors import UserError
from webgen_r1.types import Instruction

Parts = Mapping[str, float] | Mapping[str, int]
"""Name to share (0.9), or name to number of rows (600); in order."""

_NAME = re.compile(r"[A-Za-z][\w-]*")


def split(
    instructions: Sequence[Instruction], parts: Parts, seed: int = 0
) -> dict[str, list[Instruction]]:
    """The parts by name, each in the order of the rows.

    Rows stand in an order of their own, by a digest of seed and text. A part takes the next
    stretch of it: with shares a fixed stretch, so that no row's part depends on the other
    rows; with counts so many rows. What is beyond the last part is in none. Rows of the same
    text are in the same part with shares. Raises UserError.
    """
    if all(isinstance(size, int) for size in parts.values()):
        return _by_count(instructions, {name: int(size) for name, size in parts.items()}, seed)
    return _by_share(instructions, parts, seed)


def _by_share(
    instructions: Sequence[Instruction], parts: Parts, seed: int
) -> dict[str, list[Instruction]]:
    found: dict[str, list[Instruction]] = {name: [] for name in parts}
    ends = [math.fsum(list(parts.values())[:n]) for n in range(1, len(parts) + 1)]
    for row in instructions:
        place = _place(row.text, seed)
        part = next((name for name, end in zip(parts, ends, strict=True) if place < end), None)
        if part is not None:
            found[part].append(row)
    return found


def _by_count(
    instructions: Sequence[Instruction], parts: Mapping[str, int], seed: int
) -> dict[str, list[Instruction]]:
    if sum(parts.values()) > len(instructions):
        raise UserError(
            f"the split asks for {sum(parts.values())} rows, there are {len(instructions)}"
        )
    order = sorted(range(len(instructions)), key=lambda n: _place(instructions[n].text, seed))
    found, start = {}, 0
    for name, count in parts.items():
        found[name] = [instructions[n] for n in sorted(order[start : start + count])]
        start += count
    return found


def _place(text: str, seed: int) -> float:
    """In [0, 1), even over texts."""
    digest = hashlib.sha256(f"{seed}\0{text}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def read_parts(text: str) -> Parts:
    """What ``train=0.9,eval=0.1`` or ``train=600,eval=60`` says. Raises UserError."""
    pairs = [pair.strip().partition("=") for pair in text.split(",")]
    names = [name for name, _, _ in pairs]
    if not all(map(_NAME.fullmatch, names)) or len(set(names)) < len(names):
        raise _mistake(text)
    sizes = [size for _, _, size in pairs]
    if all(size.isdecimal() and int(size) for size in sizes):
        return dict(zip(names, map(int, sizes), strict=True))
    try:
        shares = dict(zip(names, map(float, sizes), strict=True))
    except ValueError as error:
        raise _mistake(text) from error
    if not all(0 < share <= 1 for share in shares.values()) or math.fsum(shares.values()) > 1:
        raise _mistake(text)
    return shares


def _mistake(text: str) -> UserError:
    return UserError(
        f"a split names parts with shares of at most 1 together (train=0.9,eval=0.1) or with "
        f"numbers of rows (train=600,eval=60), not {text}"
    )
