"""Kinds of pages: what asks for each, how it is called, and the blocks on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webgen_r1.blueprint import compose_words as words
from webgen_r1.blueprint import wording as ways
from webgen_r1.blueprint.brief import Feature
from webgen_r1.blueprint.compose_stock import Shelf, Stock
from webgen_r1.blueprint.compose_words import capital, said
from webgen_r1.blueprint.plan import Block
from webgen_r1.blueprint.read_asks import bare
from webgen_r1.blueprint.wording import Wording

_ENTERED = frozenset({"choose", "customize", "enter", "fill", "input", "select", "set", "specify"})

Blocks = list[Block]
"""In order of weight: a page of a `brief` site has the first two."""


@dataclass(frozen=True)
class Kind:
    """A page that `features` ask for."""

    features: frozenset[Feature]
    wording: Wording
    blocks: Callable[[Stock, Shelf], Blocks]
    lists: bool = False
    """Whether it shows rows of whatever kind: then those that no other page shows."""
    deeds: frozenset[str] = frozenset()
    """Nouns for what is done on the page: nobody books a booking."""


def block(component: str, shelf: Shelf | None = None, /, **props: str | None) -> Block:
    """A block without the props that are None."""
    given = {name: text for name, text in props.items() if text is not None}
    return Block(component, given, of=shelf.name if shelf else None)


def framed(stock: Stock, inner: Block, shelf: Shelf) -> Block:
    """The block under a heading of its own, where it does not bring one."""
    titles = {
        "Cards": (capital(shelf.plural), f"New {shelf.plural}", f"More {shelf.plural}"),
        "Table": (f"All {shelf.plural}", f"The {shelf.plural} in one table"),
        "Chart": (f"{capital(shelf.plural)} compared", f"How the {shelf.plural} compare"),
        "Form": ("Send us the details", "Your turn"),
        "Faq": ("Good to know", "Questions and answers", "Before you start"),
        "Steps": ("How it works", "In three steps", "How to start"),
        "Stats": ("In numbers", "Where we stand"),
    }.get(inner.component)
    if titles is None:
        return inner
    props = {"title": stock.rng.choice(titles)}
    if stock.rng.random() < 0.5:
        props["text"] = stock.notes.draw()
    return Block("Section", props, blocks=(inner,))


# ── blocks that several pages share ─────────────────────────────────────────────────


def faq(stock: Stock, shelf: Shelf) -> Block:
    """Questions of the topic, and whether one can do what the instruction asks for."""
    pairs = stock.faqs.hand(1 if stock.brief_size else 3)
    (ask,) = words.deeds(stock, 1)
    pairs.append(
        (words.question(ask), said(stock.rng.choice(stock.some(ways.ANSWERS)), stock, shelf))
    )
    stock.rng.shuffle(pairs)
    return block("Faq", items=" | ".join(f"{question} {answer}" for question, answer in pairs))


def steps(stock: Stock) -> Block:
    """Three steps: how sites of the topic work, or now and then what the instruction asks for."""
    if stock.brief_size or len(stock.brief.asks) < 3 or stock.rng.random() < 0.7:
        return block("Steps", items=" | ".join(stock.steps.draw()))
    told = [f"{capital(ask)}: {stock.notes.draw()}" for ask in stock.asks.hand(3)]
    return block("Steps", items=" | ".join(told))


def quote(stock: Stock) -> Block:
    text, by = stock.quotes.draw()
    return block("Quote", text=text, by=by)


def stats(stock: Stock) -> Block:
    return block("Stats", items=" | ".join(stock.facts.hand(3 if stock.brief_size else 4)))


def chart(stock: Stock, shelf: Shelf) -> Block:
    """Figures of the shelf drawn; without figures the facts stand in."""
    if shelf.figure is None:
        return stats(stock)
    kind = stock.rng.choice(("bar", "bar", "ring", "line"))
    if kind == "line":  # a line needs a time to run over
        kind = "line" if shelf.date else "bar"
    over = shelf.date if kind == "line" else None
    return block("Chart", shelf, x=over, y=shelf.figure, kind=kind)


def search(stock: Stock, shelf: Shelf) -> Block:
    looks = (None, None, "table") if stock.brief_size else (None, "table", "list")
    look = stock.rng.choice(looks)
    return block("Search", shelf, by=shelf.category, **{"as": look}, action=shelf.action)


def form(shelf: Shelf, fields: str | None = None, submit: str | None = None) -> Block:
    return block("Form", fields=fields or shelf.fields, submit=submit or shelf.submit)


def asked_fields(stock: Stock, otherwise: str) -> str:
    """What the instruction wants entered or chosen, as fields of a form."""
    told = [ask.partition(" ") for ask in stock.brief.asks]
    things = [bare(thing) for verb, _, thing in told if verb in _ENTERED]
    named = [capital(thing) for thing in things if len(thing.split()) < 4][:4]
    return ", ".join(dict.fromkeys(["Name", *named])) if len(named) > 1 else otherwise


def saved(shelf: Shelf) -> Block:
    return block("Saved", title=f"Your {shelf.plural}")


def entries(title: str) -> Block:
    return block("Entries", title=title)


# ── kinds of pages ──────────────────────────────────────────────────────────────────


def listing(stock: Stock, shelf: Shelf) -> Blocks:
    if stock.brief_size:
        return [search(stock, shelf)]
    extras = [chart(stock, shelf), quote(stock), faq(stock, shelf), steps(stock)]
    return [search(stock, shelf), *stock.rng.sample(extras, 2)]


def overview(stock: Stock, shelf: Shelf) -> Blocks:
    if stock.brief_size:
        return [chart(stock, shelf), steps(stock)]
    return [chart(stock, shelf), block("Table", shelf), stats(stock), quote(stock)]


def _booking(stock: Stock, shelf: Shelf) -> Blocks:
    fields = asked_fields(stock, shelf.fields)
    return [
        form(shelf, fields),
        saved(shelf),
        steps(stock),
        faq(stock, shelf),
    ]


def _cart(stock: Stock, shelf: Shelf) -> Blocks:
    pay = stock.rng.choice(("Card number", "Pay by: Card / Bank / Cash"))
    order = form(shelf, f"Name, Email, Address, {pay}", "Place order")
    return [saved(shelf), order, faq(stock, shelf), steps(stock)]


def _account(stock: Stock, shelf: Shelf) -> Blocks:
    asked = stock.rng.choice(("Name, Email, Password", "Name, Email, Phone, Password"))
    return [form(shelf, asked, "Create account"), saved(shelf), steps(stock), faq(stock, shelf)]


def _posting(stock: Stock, shelf: Shelf) -> Blocks:
    choices = f", {_choices(shelf, shelf.category)}" if shelf.category else ""
    new = form(shelf, f"Title{choices}, Message", f"Post {shelf.singular}")
    return [new, entries("Posted so far"), quote(stock), faq(stock, shelf)]


def _desk(stock: Stock, shelf: Shelf) -> Blocks:
    fields = ", ".join(_choices(shelf, column) for column in shelf.collection.columns[:4])
    new = form(shelf, asked_fields(stock, fields), f"Add {shelf.singular}")
    return [new, entries(f"New {shelf.plural}"), block("Table", shelf), chart(stock, shelf)]


def _chat(stock: Stock, shelf: Shelf) -> Blocks:
    greeting = stock.rng.choice((
        f"Hello! Ask me about {shelf.plural}.",
        f"Hi! How can I help with your {shelf.singular}?",
        "Welcome! What would you like to know?",
    ))  # fmt: skip
    return [block("Chat", greeting=greeting), faq(stock, shelf), quote(stock), steps(stock)]


def _contact(stock: Stock, shelf: Shelf) -> Blocks:
    asked = stock.rng.choice(("Name, Email, Message", "Name, Email, Phone, Message"))
    return [form(shelf, asked, "Send message"), faq(stock, shelf), quote(stock), steps(stock)]


def _follow(stock: Stock, shelf: Shelf) -> Blocks:
    asked = form(shelf, "Name, Email, How often: Daily / Weekly / Monthly", "Subscribe")
    return [asked, faq(stock, shelf), quote(stock), stats(stock)]


def _vote(stock: Stock, shelf: Shelf) -> Blocks:
    rating = form(shelf, f"{capital(shelf.singular)}, Rating: 1 / 2 / 3 / 4 / 5, Comment", "Vote")
    if stock.brief_size and shelf == stock.main:  # the page before lists the same rows
        return [chart(stock, shelf), rating]
    return [block("Cards", shelf, action="Vote"), rating, entries("Votes"), chart(stock, shelf)]


def _learn(stock: Stock, shelf: Shelf) -> Blocks:
    todo = block("List", shelf, check="yes")
    return [todo, steps(stock), chart(stock, shelf), form(shelf), quote(stock)]


def _play(stock: Stock, shelf: Shelf) -> Blocks:
    start = form(shelf, "Player name, Level: Easy / Medium / Hard", "Start game")
    return [start, entries("Your games"), block("Table", shelf), steps(stock), faq(stock, shelf)]


def _make(stock: Stock, shelf: Shelf) -> Blocks:
    choices = f", {_choices(shelf, shelf.category)}" if shelf.category else ""
    asked = f"Title{choices}, Format: Short / Full / Table"
    new = form(shelf, asked_fields(stock, asked), f"Generate {shelf.singular}")
    return [new, entries(f"Your {shelf.plural}"), steps(stock), faq(stock, shelf)]


def _get(stock: Stock, shelf: Shelf) -> Blocks:
    files = block("Cards", shelf, action="Download", look="rows")
    return [files, saved(shelf), steps(stock), faq(stock, shelf)]


def about(stock: Stock, shelf: Shelf) -> Blocks:
    points = block("List", items=" | ".join(stock.notes.hand(3)))
    return [points, quote(stock), stats(stock), steps(stock)]


def _choices(shelf: Shelf, column: str) -> str:
    """A column as a field of a form, the filter column as a choice: ``Kind: Basic / Plus``."""
    if column != shelf.category:
        return column
    return f"{column}: {' / '.join(shelf.values(column))}"


_BOOKINGS = frozenset({"booking", "reservation", "appointment", "schedule", "session", "payment"})
_ORDERS = frozenset({"order", "payment", "purchase", "sale", "transaction", "invoice"})

KINDS: tuple[Kind, ...] = (
    Kind(frozenset({"vote"}), ways.VOTE, _vote),
    Kind(frozenset({"play"}), ways.PLAY, _play),
    Kind(frozenset({"generate"}), ways.MAKE, _make),
    Kind(frozenset({"learn"}), ways.LEARN, _learn),
    Kind(frozenset({"book", "schedule"}), ways.BOOKING, _booking, deeds=_BOOKINGS),
    Kind(frozenset({"buy", "pay"}), ways.CART, _cart, deeds=_ORDERS),
    Kind(frozenset({"post", "share", "upload"}), ways.POSTING, _posting),
    Kind(frozenset({"download"}), ways.GET, _get),
    Kind(frozenset({"chat"}), ways.CHAT, _chat),
    Kind(frozenset({"dashboard", "report", "compare"}), ways.OVERVIEW, overview, lists=True),
    Kind(frozenset({"manage", "track"}), ways.DESK, _desk),
    Kind(frozenset({"register", "login"}), ways.ACCOUNT, _account),
    Kind(frozenset({"contact"}), ways.CONTACT, _contact),
    Kind(frozenset({"subscribe"}), ways.FOLLOW, _follow),
)
"""Most telling first: what makes a site this site, then what many sites have."""
