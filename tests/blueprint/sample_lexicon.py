"""A lexicon of one topic and two tables, so that tests of composing do not hang on the YAML."""

from __future__ import annotations

from webgen_r1.blueprint.lexicon import EntityTable, Lexicon, Topic

TOURS = EntityTable(
    key="tours",
    singular="tour",
    plural="tours",
    words=("tour", "trip"),
    here=(),
    columns=("Tour", "Region", "Days", "Price", "Start"),
    rows=tuple(
        (f"Road {n}", ("Brittany", "Savoy", "Camargue")[n % 3], str(n), f"${n}20", f"2026-05-{n}")
        for n in range(10, 25)
    ),
    action="Book",
    fields="Name, Email, Date, Guests",
    submit="Request booking",
)
GUIDES = EntityTable(
    key="guides",
    singular="guide",
    plural="guides",
    words=("guide",),
    here=(),
    columns=("Guide", "Language", "Tours", "Home"),
    rows=tuple(
        (f"Guide {name}", ("French", "English")[n % 2], str(n + 3), f"Town {name}")
        for n, name in enumerate("ABCDEFGHIJKLMNO")
    ),
    action="Ask",
    fields="Name, Email, Message",
    submit="Ask guide",
)
TRAVEL = Topic(
    key="travel",
    words={"tour": 2.0},
    names=("Open Road", "Far Away", "Blue Coast"),
    heroes=(("Roads worth slowing down for", "Rooms booked, car ready."), ("Go", "See more.")),
    facts=("48 routes", "12 regions", "4.8 rating", "9 guides", "3 languages"),
    quotes=(("The best week in years.", "Ana Lind"), ("We will be back.", "Ben Ward")),
    faqs=tuple((f"Question {n}?", f"Answer {n}.") for n in range(8)),
    steps=(("Choose", "Book", "Go"), ("Look", "Ask", "Leave")),
    notes=tuple(f"Note number {n} about the road." for n in range(10)),
    entities=("tours", "guides"),
    background="ivory",
    component="navy",
)
THINGS = EntityTable(
    key="things",
    singular="item",
    plural="items",
    words=(),
    here=(),
    columns=("{Noun}", "Kind", "Price"),
    rows=tuple((f"{{Noun}} {n}", ("Basic", "Plus")[n % 2], f"${n}") for n in range(15)),
    action="Save",
    fields="Name, Email",
    submit="Ask for {noun}",
)
LEXICON = Lexicon(
    topics={"travel": TRAVEL},
    tables={"tours": TOURS, "guides": GUIDES},
    shapes={"things": THINGS},
    features={},
)
