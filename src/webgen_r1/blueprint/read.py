"""From an instruction to a Brief: rules and the lexicon's words, no model.

The instruction's colours are read where the judge reads them, so that the teacher answers
what the reward asks.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from webgen_r1.blueprint.brief import Brief, Feature
from webgen_r1.blueprint.lexicon import Lexicon, load
from webgen_r1.blueprint.lexicon.load import GENERIC
from webgen_r1.blueprint.read_asks import asks as asked_for
from webgen_r1.blueprint.read_nouns import Nouns
from webgen_r1.blueprint.read_subject import subject
from webgen_r1.blueprint.read_words import Phrases, Token, sentences, tokens
from webgen_r1.colour.asks import ColourAsk, Role, colour_asks, style_sentences

_FIRST_SENTENCE = 3.0
"""The first sentence says what the site is; the others say what every site has."""
_OPENERS = frozenset({"including", "includes", "like", "such", "with"})
"""They end what a site is: a list of features follows."""
_ENOUGH = 3.0
"""Below this score a topic is a guess."""


@cache
def _reader() -> _Reader:
    return _Reader(load())


def read(instruction: str) -> Brief:
    """What `instruction` asks for. Deterministic, and never raises."""
    return _reader().read(instruction)


class _Reader:
    """The lexicon, indexed by its words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._nouns = Nouns(lexicon)
        self._topics = Phrases(
            (word, (topic.key, weight))
            for topic in lexicon.topics.values()
            for word, weight in topic.words.items()
        )
        self._features = Phrases(
            (word, feature) for feature, words in lexicon.features.items() for word in words
        )

    def read(self, instruction: str) -> Brief:
        style = style_sentences(instruction)
        plain = [text for text in sentences(instruction) if text not in style]
        said = [tokens(text) for text in plain]
        topic = self._topic(said)
        entities = self._nouns.entities(said, self._lexicon.topics[topic].entities)
        fallback = entities[0].plural if entities else topic
        asks = colour_asks("\n".join(style))
        background = _asked(asks, "background")
        return Brief(
            topic=topic,
            subject=subject(said[0] if said else []) or fallback,
            entities=entities,
            features=self._features_of(said),
            background=background,
            component=_asked([ask for ask in asks if ask.colour.name != background], "component"),
            asks=asked_for(plain),
        )

    def _topic(self, said: list[list[Token]]) -> str:
        """The topic with the most weight; a phrase counts once per part of the text."""
        scores: dict[str, float] = defaultdict(float)
        for factor, part in _parts(said):
            heard: set[tuple[str, ...]] = set()
            for text in part:
                for start, end, values in self._topics.find(text):
                    phrase = tuple(word.base for word in text[start:end])
                    if phrase not in heard:
                        heard.add(phrase)
                        for topic, weight in values:
                            scores[topic] += weight * factor
        best = max(sorted(scores), key=lambda topic: scores[topic], default=GENERIC)
        return best if scores[best] >= _ENOUGH else GENERIC

    def _features_of(self, said: list[list[Token]]) -> tuple[Feature, ...]:
        found: dict[Feature, None] = {}
        for text in said:
            for _, _, features in self._features.find(text):
                found.update(dict.fromkeys(features))
        return tuple(found)


def _parts(said: list[list[Token]]) -> Iterator[tuple[float, list[list[Token]]]]:
    """What the site is, up to the first word that opens a list of features; and the rest."""
    if said:
        first = said[0]
        end = next((i for i, word in enumerate(first) if word.text in _OPENERS), len(first))
        yield _FIRST_SENTENCE, [first[:end]]
        yield 1.0, [first[end:], *said[1:]]


def _asked(asks: list[ColourAsk] | tuple[ColourAsk, ...], role: Role) -> str | None:
    """The first colour asked for in `role`, or else the first without a role."""
    for wanted in (role, "any"):
        for ask in asks:
            if ask.role == wanted:
                return re.sub(r"\s+", " ", ask.colour.name.lower())
    return None
