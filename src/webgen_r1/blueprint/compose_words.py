"""The wording of one site: `wording`'s sentences with the site's own nouns in their blanks."""

from __future__ import annotations

from itertools import pairwise

from webgen_r1.blueprint import wording as ways
from webgen_r1.blueprint.compose_stock import Shelf, Stock
from webgen_r1.blueprint.wording import Wording

_ASKING = {"your": "my", "us": "you"}


def said(template: str, stock: Stock, shelf: Shelf) -> str:
    """`template` with the nouns of `shelf` in its blanks, and something asked for in ``{ask}``."""
    ask = deeds(stock, 1)[0] if "{ask}" in template.lower() else ""
    blanks = {
        "ask": ask,
        "Ask": capital(ask),
        "singular": shelf.singular,
        "plural": shelf.plural,
        "label": shelf.label,
        "Singular": capital(shelf.singular),
        "Plural": capital(shelf.plural),
        "a singular": _one(shelf),
        "category": (shelf.category or "kind").lower(),
        "figure": (shelf.figure or shelf.title).lower(),
        "subject": stock.brief.subject,
        "name": stock.name,
    }
    return template.format_map(blanks)


def deeds(stock: Stock, count: int) -> list[str]:
    """What visitors do: as the instruction says it, then as its features are called."""
    asked = stock.asks.hand(count)
    features = stock.features.hand(count - len(asked))
    return [*asked, *(said(ways.DEEDS[feature], stock, stock.main) for feature in features)]


def opening(stock: Stock, asked: str) -> str:
    """What the site is and what it is for, on the home page."""
    subject = stock.brief.subject
    site = subject if subject.rpartition(" ")[2] in ways.SITES else f"{subject} site"
    blanks = {"site": site, "asked": asked, "Asked": capital(asked)}
    return stock.rng.choice(stock.some(ways.OPENINGS)).format_map(blanks)


def lead(stock: Stock, shelf: Shelf, wording: Wording) -> str:
    """The sentences below a title: what the page is, and what it is for."""
    own, asked = (stock.rng.choice(stock.some(of)) for of in (wording.leads, ways.ASKED_LEADS))
    return f"{said(own, stock, shelf)} {said(asked, stock, shelf)}"


def question(ask: str) -> str:
    """``view your scores`` → ``Can I view my scores?``"""
    swapped = (_ASKING.get(word, word) for word in ask.split())
    return f"Can I {' '.join(swapped)}?"


def listed(asked: list[str]) -> str:
    """``see prizes, see scores, spin the wheel`` → ``see prizes, scores and spin the wheel``."""
    told = [asked[0]]
    for before, ask in pairwise(asked):
        verb, _, thing = ask.partition(" ")
        told.append(thing if thing and before.startswith(f"{verb} ") else ask)
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one(shelf: Shelf) -> str:
    """``a tour``, ``an offer``; a noun without a plural of its own takes no article."""
    noun = shelf.singular
    if noun == shelf.plural:
        return noun
    vowel = noun[:1].lower() in "aeiou" and not noun.lower().startswith(("uni", "use", "eu"))
    return f"{'an' if vowel else 'a'} {noun}"
