"""From a brief to a plan: which pages, what is on them, how it is said and how it looks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from random import Random

from webgen_r1.blueprint import compose_pages as pages
from webgen_r1.blueprint import compose_words as words
from webgen_r1.blueprint import wording as ways
from webgen_r1.blueprint.brief import Brief
from webgen_r1.blueprint.compose_pages import KINDS, Kind, block
from webgen_r1.blueprint.compose_stock import Shelf, Stock, pascal
from webgen_r1.blueprint.compose_words import capital, said
from webgen_r1.blueprint.lexicon import Lexicon, load
from webgen_r1.blueprint.plan import COMPONENTS, Block, PagePlan, SitePlan, Size

_TAKEN = frozenset(name.lower() for name in (*COMPONENTS, "App", "Home", "Page", "Site", "Tabs"))
"""Names that a page's file cannot have: it imports the components of the same name."""
_DESKS = frozenset({"dashboard", "manage", "report", "track"})
_ABOUT = Kind(frozenset(), ways.ABOUT, pages.about)
_LISTING = Kind(frozenset(), ways.LISTING, pages.listing)
_CONTACT = next(kind for kind in KINDS if kind.wording is ways.CONTACT)


def compose(brief: Brief, seed: int, size: Size, lexicon: Lexicon | None = None) -> SitePlan:
    """The plan of a site for `brief`: another seed, another site; the same three, the same site.

    `lexicon` is the one that ships unless given. Raises KeyError for a topic that it lacks.
    """
    digest = hashlib.sha256(f"{brief!r}\0{seed}\0{size}".encode()).digest()
    rng = Random(int.from_bytes(digest[:8], "big"))
    stock = Stock(brief, size, lexicon or load(), rng)
    asked = words.listed(words.deeds(stock, 2 if stock.brief_size else 3))
    inner = _inner_pages(stock)
    home = PagePlan("Home", tuple(_home(stock, asked, inner)))
    background = brief.background or stock.topic.background
    color = brief.component or stock.topic.component
    site_pages = (home, *inner)
    colours = f"Background {background}, components {color}."
    used = {each.of for page in site_pages for each in _all_blocks(page.blocks)}
    return SitePlan(
        id="-".join(stock.name.lower().split()),
        name=stock.name,
        thought=_thought(brief, site_pages, asked, colours),
        background=background,
        color=color,
        pages=site_pages,
        collections=tuple(s.collection for s in stock.shelves if s.name in used),
        look=_look(stock),
    )


def _inner_pages(stock: Stock) -> tuple[PagePlan, ...]:
    """All pages but the home page, in the order of the navigation."""
    low, high = stock.extent.pages
    wanted = stock.rng.randint(low, high) - 1
    planned: list[PagePlan] = []
    names = set(_TAKEN)
    for kind, shelf in _wanted(stock):
        if len(planned) == wanted:
            break
        name = next((n for n in _names(stock, kind, shelf) if n.lower() not in names), None)
        if name is not None:
            names.add(name.lower())
            planned.append(_page(stock, kind, shelf, name))
    return tuple(planned)


def _wanted(stock: Stock) -> Iterator[tuple[Kind, Shelf]]:
    """Kinds of pages with what they are about, most wanted first; more than any site has."""
    asked = [kind for kind in KINDS if kind.features & set(stock.brief.features)]
    second = stock.shelves[1:2]
    listed = [(_LISTING, shelf) for shelf in second]
    about = [(kind, _shelf_for(kind, stock)) for kind in asked]
    yield _LISTING, stock.main
    if stock.brief_size:
        # One page is left: most seeds give it to the most telling wish, some to the next.
        likely = [*about[:1], *about[:2], *(listed if len(stock.brief.entities) > 1 else [])]
        yield from stock.rng.sample(likely, len(likely))
    else:
        yield from listed
        yield from about[:3]
    yield from stock.rng.sample([(_CONTACT, stock.main), (_ABOUT, stock.main)], 2)
    yield from ((_LISTING, shelf) for shelf in stock.shelves[2:])


def _shelf_for(kind: Kind, stock: Stock) -> Shelf:
    """What the page is about: the main thing, unless that is a deed or has its rows shown."""
    if kind.lists:
        return stock.shelves[-1]
    return next((s for s in stock.shelves if s.head not in kind.deeds), stock.main)


def _names(stock: Stock, kind: Kind, shelf: Shelf) -> Iterator[str]:
    """Names the page could have, in random order; the last one is a makeshift."""
    names = stock.some(kind.wording.names)
    for template in stock.rng.sample(names, len(names)):
        yield pascal(said(template, stock, shelf))
    yield pascal(f"all {shelf.label}")


def _page(stock: Stock, kind: Kind, shelf: Shelf, name: str) -> PagePlan:
    title = said(stock.rng.choice(stock.some(kind.wording.titles)), stock, shelf)
    lead = words.lead(stock, shelf, kind.wording)
    first, *others = kind.blocks(stock, shelf)
    if stock.brief_size:
        return PagePlan(name, (first, *others[:1]), title, lead)
    framed = (pages.framed(stock, each, shelf) for each in others[:3])
    return PagePlan(name, (first, *framed), title, lead)


def _home(stock: Stock, asked: str, inner: tuple[PagePlan, ...]) -> Iterator[Block]:
    title, text = stock.heroes.draw()
    text = f"{text} {words.opening(stock, asked)}"
    target = stock.rng.choice(inner).name
    looks = (None, "split", "center") if stock.brief_size else (None, "split", "center", "band")
    look = stock.rng.choice(looks)
    yield block("Hero", title=title, text=text, action=target, look=look)
    yield pages.stats(stock)
    shown = {each.of for page in inner for each in _all_blocks(page.blocks)}
    free = [shelf for shelf in stock.shelves if shelf.name not in shown]
    shelf = free[-1] if free else stock.main
    rows = [block("Cards", shelf, action=shelf.action)] if free else []
    if stock.brief_size:
        yield (rows or [stock.rng.choice((pages.steps(stock), pages.quote(stock)))])[0]
        return
    extras = [pages.steps(stock), pages.quote(stock), pages.faq(stock, shelf)]
    stock.rng.shuffle(extras)
    for each in (*rows, *extras[: 3 - len(rows)]):
        yield pages.framed(stock, each, shelf)


def _thought(brief: Brief, planned: tuple[PagePlan, ...], deeds: str, colours: str) -> str:
    """What a reader of the instruction notes down first: what, how it looks, which pages."""
    names = ", ".join(page.name for page in planned)
    return f"{capital(brief.subject)}: {deeds}. {colours} Pages {names}."


def _look(stock: Stock) -> dict[str, str]:
    rng = stock.rng
    desk = bool(_DESKS & set(stock.brief.features))
    layouts = ("side", "side", "top") if desk else ("top", "top", "center")
    look = {
        "layout": rng.choice(layouts),
        "font": rng.choice(("sans", "sans", "serif", "round", "mono")),
    }
    if not stock.brief_size:
        look["corners"] = rng.choice(("soft", "sharp", "round"))
        look["tagline"] = capital(stock.brief.subject)
    return look


def _all_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    for each in blocks:
        yield each
        yield from _all_blocks(each.blocks)
