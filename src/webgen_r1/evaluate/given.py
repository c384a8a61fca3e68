"""Completions that somebody else generated, matched to the instructions of a benchmark.

An item belongs to the instruction whose id it carries: as its own id (`000012`), with more
around it (`000012.v2`, `qwen2.5-000012`, `000012_shop`, `task12`: the only number counts), or
as a folder's name above an exported project (`000012/project/package.json`). What carries none
is matched by the text of its instruction; where that is another's, the item is left out. `.s1`
at the end of an id, or a column `sample`, tells apart several answers to one instruction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from webgen_r1.evaluate.records import Benchmark
from webgen_r1.inputs import BadInput, ScoreInput
from webgen_r1.samples import Sample, estimated_tokens

_SAMPLE = re.compile(r"\.s(\d{1,4})$")
_NUMBER = re.compile(r"\d+")
_VERSION = re.compile(r"\.v\d+$")


@dataclass(frozen=True)
class Given:
    """One given completion that belongs to the benchmark."""

    sample: Sample
    item: ScoreInput


@dataclass(frozen=True)
class Problem:
    """A given item that is not evaluated, and why. `source` is `file` or `file:line`."""

    source: str
    message: str


class Matcher:
    """Finds the instruction that an item answers."""

    def __init__(self, benchmark: Benchmark) -> None:
        self._ids = {item.id for item in benchmark.items}
        self._numbers = {int(id): id for id in self._ids if id.isdecimal()}
        texts: dict[str, list[str]] = {}
        for item in benchmark.items:
            texts.setdefault(_plain(item.instruction), []).append(item.id)
        self._texts = {text: ids[0] for text, ids in texts.items() if len(ids) == 1}

    def find(self, item: ScoreInput) -> tuple[str, int] | None:
        """(id, sample), or None where the item belongs to no instruction."""
        name, sample = _split(item.id)
        found = self._named(name) if item.named else None
        if found is None and item.text is None:
            found = next(filter(None, map(self._named, _folders(item.source))), None)
        asked = self._texts.get(_plain(item.instruction)) if item.instruction else None
        if found is None or (asked is not None and asked != found):
            found = asked if found is None else None
        if found is None:
            return None
        return found, item.sample if item.sample is not None else sample

    def _named(self, name: str) -> str | None:
        if name in self._ids:
            return name
        stem = name.split(".", 1)[0]
        if stem in self._ids:
            return stem
        numbers: list[str] = _NUMBER.findall(_VERSION.sub("", name))
        whole = {number for number in numbers if number in self._ids}
        if len(whole) == 1:
            return whole.pop()
        return self._numbers.get(int(numbers[0][:9])) if len(numbers) == 1 else None


def match(
    items: Iterable[ScoreInput | BadInput], benchmark: Benchmark
) -> Iterator[Given | Problem]:
    """Each item as what it answers; unknown ids and second answers are problems, not errors."""
    matcher = Matcher(benchmark)
    first: dict[str, str] = {}
    for item in items:
        if isinstance(item, BadInput):
            yield Problem(item.source, item.message)
            continue
        place = matcher.find(item)
        if place is None:
            yield Problem(
                item.source,
                f"id {item.id!r} is not in the benchmark, or what was asked is another's: left out",
            )
            continue
        sample = _sample(item, *place)
        if sample.key in first:
            yield Problem(
                item.source,
                f"a second answer to {sample.key} (first: {first[sample.key]}): left out; "
                "a column `sample` (0, 1, ...) tells several answers apart",
            )
            continue
        first[sample.key] = item.source
        yield Given(sample, item)


def _sample(item: ScoreInput, id: str, sample: int) -> Sample:
    return Sample(
        id=id,
        sample=sample,
        text=item.text,
        project=item.source if item.text is None else None,
        tokens=item.tokens if item.tokens is not None else estimated_tokens(item.text),
        tokens_exact=item.tokens is not None,
        error="the model said nothing" if item.text is not None and not item.text.strip() else None,
    )


def _split(id: str) -> tuple[str, int]:
    """An id without its mark of the sample, and the sample."""
    mark = _SAMPLE.search(id)
    return (id[: mark.start()], int(mark[1])) if mark else (id, 0)


def _folders(source: str) -> list[str]:
    """Names of the folders above an exported project, the nearest first."""
    return [part for part in reversed(Path(source).parts) if part not in ("/", "..")][:4]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
