"""Words of an instruction and words on a page, compared without any model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from webgen_r1.colour.asks import style_sentences

_WORD = re.compile(r"[^\W\d_][^\W\d_'’]{2,}")
_COPIED = 6  # this many words in the instruction's own order are quoted, not written

# Grammar, and the frame every instruction shares ("Please implement a website … Users
# should be able to …"): finding these on a page says nothing about the site.
_COMMON_WORDS = """
    able about above according across add additionally after all allow allows along also and
    another any application apply appropriate are area based basic been before being between
    both browse but can capabilities capability clear clearly comprehensive contain contains
    could create current design desired detailed develop different display displayed
    displaying displays each easily easy effective efficient enable enables ensure etc even
    every example feature features following for friendly from full function functional
    functionalities functionality functions general generate good has have having help helps
    here how implement implementing include included includes including information input
    interface into its itself like made main make manage management many may more most much
    multiple must necessary need needed needs new not off one only other our out own page
    pages part perform please possible present provide provided provides providing relevant
    related required requirements respective same section sections see select selected several
    should show shown shows simple site smooth some specific such support supports system than
    that the their them then there these they this those three through two under use used user
    users using various very via view want web webpage website well were what when where
    whether which while who will with within would you your
"""
_COMMON = frozenset(_COMMON_WORDS.split())

_LOREM_WORDS = """
    lorem ipsum dolor sit amet consectetur consectetuer adipiscing adipisicing elit sed
    eiusmod tempor incididunt labore dolore magna aliqua enim minim veniam quis nostrud
    exercitation ullamco laboris nisi aliquip commodo consequat duis aute irure reprehenderit
    voluptate velit esse cillum fugiat nulla pariatur excepteur sint occaecat cupidatat
    proident sunt culpa officia deserunt mollit anim laborum vestibulum vivamus pellentesque
    praesent suspendisse mauris phasellus
"""
_LOREM = frozenset(_LOREM_WORDS.split())
_STAND_INS = re.compile(
    r"\blorem ipsum\b|\bcoming soon\b|\bunder construction\b|\bto be (?:added|announced|done)\b"
    r"|\byour (?:text|content|title|name|logo|tagline) (?:goes )?here\b|\bplaceholder text\b"
    r"|\bsample (?:text|content)\b|\[(?:insert|your|add)[^\]]{0,40}\]|\bcontent goes here\b"
    r"|\b(?:todo|tbd|fixme)\b|\bpage (?:title|content)\b|\bx{4,}\b",
    re.I,
)
_SUFFIXES = (
    "ations", "ation", "ments", "ment", "ities", "ity", "ingly", "ings", "ing", "ions", "ion",
    "ives", "ive", "ers", "er", "ors", "or", "ies", "ied", "als", "al", "edly", "ed", "es",
    "ly", "s", "e", "y",
)  # fmt: skip


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its common English endings; at least four letters stay.

    Crude on purpose: both sides are cut alike, so wrong stems still meet.
    """
    word = word.lower()
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return stem(word[: -len(suffix)])
    return word


def words(text: str) -> list[str]:
    """Lower-case words of three letters or more, in order."""
    return [word.lower() for word in _WORD.findall(text)]


def keywords(instruction: str) -> dict[str, float]:
    """Stems of the words that say what is asked, with their weight.

    A word of the first sentence (what the site is) weighs 2, any other 1. Sentences
    about colours are left out: those are measured on the pixels.
    """
    styled = set(style_sentences(instruction))
    sentences = [text for text in re.split(r"(?<=[.!?])\s+|\n+", instruction.strip()) if text]
    weights: dict[str, float] = {}
    for number, sentence in enumerate(text for text in sentences if text not in styled):
        for word in words(sentence):
            if word not in _COMMON:
                weights.setdefault(stem(word), 2.0 if number == 0 else 1.0)
    return weights


def phrases(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of words long enough to be a quotation."""
    listed = words(text)
    return frozenset(
        tuple(listed[start : start + _COPIED]) for start in range(len(listed) - _COPIED + 1)
    )


def unquoted(listed: Sequence[str], quoted: frozenset[tuple[str, ...]]) -> list[str]:
    """The words outside any run of words found in `quoted` (see `phrases`)."""
    copied = [False] * len(listed)
    for start in range(len(listed) - _COPIED + 1):
        if tuple(listed[start : start + _COPIED]) in quoted:
            copied[start : start + _COPIED] = [True] * _COPIED
    return [word for word, is_copied in zip(listed, copied, strict=True) if not is_copied]


def content_stems(listed: Iterable[str]) -> list[str]:
    """Stems of the words that are not grammar or the frame of every instruction."""
    return [stem(word) for word in listed if word not in _COMMON]


def filler_share(listed: Iterable[str]) -> float:
    """Share of words that belong to the usual Latin filler text, in [0, 1]."""
    total = filler = 0
    for word in listed:
        total += 1
        filler += word in _LOREM
    return filler / total if total else 0.0


def stand_ins(text: str) -> list[str]:
    """Phrases that stand where content should be ("coming soon", "your text here")."""
    return [match.group() for match in _STAND_INS.finditer(text)]
