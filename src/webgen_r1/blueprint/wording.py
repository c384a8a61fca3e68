"""What pages may be called and what they may say first, with ``{…}`` for `compose_words.said`."""

from __future__ import annotations

from dataclasses import dataclass

from webgen_r1.blueprint.brief import Feature

DEEDS: dict[Feature, str] = {
    "browse": "browse {plural}",
    "search": "search by {category}",
    "detail": "read the details",
    "book": "book {a singular}",
    "buy": "buy {plural}",
    "register": "sign up",
    "login": "log in",
    "post": "post your own",
    "manage": "manage {plural}",
    "chat": "chat with us",
    "contact": "get in touch",
    "dashboard": "see charts",
    "report": "read reports",
    "compare": "compare {plural}",
    "subscribe": "follow updates",
    "upload": "upload files",
    "schedule": "plan dates",
    "track": "track progress",
    "vote": "vote",
    "learn": "learn step by step",
    "play": "play",
    "generate": "generate {a singular}",
    "download": "download files",
    "share": "share",
    "pay": "pay safely",
}
"""What visitors do on the site, where the instruction says it in no words of its own."""

OPENINGS = (
    "The {site} where you {asked}.",
    "{Asked} on one {site}.",
    "One {site} to {asked}.",
    "{Asked} with the {site} made for you.",
)
SITES = frozenset({"dashboard", "forum", "blog", "shop", "store", "game", "mall", "portfolio",
                   "database", "library", "directory", "app", "platform", "community"})  # fmt: skip
"""Nouns that say already what kind of site it is."""

ASKED_LEADS = (
    "{Ask} without waiting.",
    "Here you can {ask}.",
    "{Ask} and come back any time.",
    "This is the place to {ask}.",
    "{Ask} in a minute.",
    "{Ask} from any device.",
    "{Ask} on your own or with our help.",
    "{Ask} day and night.",
)
ANSWERS = (
    "Yes, at any time and from any device.",
    "Yes, and it takes about a minute.",
    "Yes, it is part of every visit and costs nothing.",
    "Yes, start with {a singular} and go on from there.",
    "Yes, and you can change it later.",
    "Yes, the list of {plural} shows you how.",
)
"""Answers to ``Can I view market trends?``."""


@dataclass(frozen=True)
class Wording:
    """Ways to call a page: `names` become files and links, `titles` headings, `leads` the
    sentence below."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    leads: tuple[str, ...]


LISTING = Wording(
    names=("{label}",),
    titles=("{Plural}", "All {plural}", "Browse {plural}", "Find {a singular}"),
    leads=(
        "Search {plural} by name or {category}.",
        "Every {singular} in one list, with {category} and {figure}.",
        "Filter by {category}, sort by {figure}, open one for details.",
        "Compare {plural} and keep the ones you like.",
        "View {plural} by {category} and pick yours.",
        "Look around: each {singular} has its own details.",
    ),
)
OVERVIEW = Wording(
    names=("Dashboard", "Reports", "Overview", "Statistics"),
    titles=(
        "{Plural} at a glance",
        "{Singular} report",
        "{Plural} by {figure}",
        "Overview of {plural}",
    ),
    leads=(
        "See how {plural} compare and where the total stands.",
        "Charts and data for all {plural}, sorted by any column.",
        "The {figure} of every {singular}, drawn and listed.",
        "A summary of {plural} that you can read in a minute.",
    ),
)
BOOKING = Wording(
    names=("Booking", "Reserve", "Appointments", "Schedule"),
    titles=("Book {a singular}", "Plan your {singular}", "Reserve {a singular}", "Your booking"),
    leads=(
        "Choose a date and we confirm the same day.",
        "Tell us when; your choice is kept until you send it.",
        "Pick a time, leave your name, and it is yours.",
        "Booking {a singular} takes one minute.",
    ),
)
CART = Wording(
    names=("Cart", "Checkout", "Orders", "Payment"),
    titles=("Your cart", "Your order", "Check out", "Order and pay"),
    leads=(
        "Check your {plural}, then pay in one step.",
        "Your {plural} wait here until you order.",
        "Review the order, fill in the address, done.",
        "Pay for your {plural} safely; we send a receipt.",
    ),
)
ACCOUNT = Wording(
    names=("Account", "Profile", "Join", "Register"),
    titles=("Your account", "Create an account", "Join {name}", "Sign up"),
    leads=(
        "Register once and your {plural} are always here.",
        "An account keeps your {plural} and your details.",
        "Sign up with name and email; it is free.",
        "Log in to see your own {plural}.",
    ),
)
POSTING = Wording(
    names=("Share", "Publish", "Submit", "Post"),
    titles=(
        "Share {a singular}",
        "Post {a singular}",
        "Submit {a singular}",
        "Add your {singular}",
    ),
    leads=(
        "Write it down, choose a {category}, and post.",
        "Your {singular} appears below as soon as you send it.",
        "Share what you know; others are glad to read it.",
        "A short title and a few lines are enough.",
    ),
)
DESK = Wording(
    names=("Manage", "Records", "Desk", "Admin"),
    titles=("Manage {plural}", "Add {a singular}", "Keep track of {plural}", "{Singular} records"),
    leads=(
        "Add {a singular} and see the whole list below.",
        "Create, check and sort {plural} in one place.",
        "The status of every {singular}, up to date.",
        "Record {a singular} here; nothing gets lost.",
    ),
)
CHAT = Wording(
    names=("Messages", "Support", "Help", "Talk"),
    titles=("Talk to us", "Messages", "Ask {name}", "Chat with the team"),
    leads=(
        "Ask about {plural} and get an answer right away.",
        "Write a message; someone is here all day.",
        "Questions about {a singular}? Start here.",
        "Chat with us, or read what others asked.",
    ),
)
CONTACT = Wording(
    names=("Contact",),
    titles=("Contact us", "Get in touch", "Contact {name}", "Write to us"),
    leads=(
        "Questions about {plural}? Leave a message.",
        "Our team answers within one day.",
        "Send us a line about {a singular} or anything else.",
        "Tell us what you need and how to reach you.",
    ),
)
FOLLOW = Wording(
    names=("Subscribe", "Updates", "Follow"),
    titles=("Stay up to date", "Follow our {plural}", "Subscribe", "News by email"),
    leads=(
        "Choose how often we write about {plural}.",
        "One short email when {a singular} is new.",
        "Get a message as soon as something changes.",
    ),
)
VOTE = Wording(
    names=("Vote", "Votes", "Rate"),
    titles=("Vote for {a singular}", "Rate {plural}", "Your vote counts", "Cast your vote"),
    leads=(
        "Choose the {plural} you like best and see the result.",
        "Rate {a singular} and tell others why.",
        "One vote each; the result is drawn below.",
    ),
)
LEARN = Wording(
    names=("Learn", "Practice", "Lessons", "Progress"),
    titles=("Learn step by step", "Your progress", "Practice", "What to learn next"),
    leads=(
        "Tick off each {singular} when you have done it.",
        "Go through {plural} in your own time.",
        "Practice a little every day and watch your progress.",
    ),
)
PLAY = Wording(
    names=("Play", "Game", "Start"),
    titles=("Play now", "Start a new game", "Ready to play?", "Choose and play"),
    leads=(
        "Pick {a singular}, enter your name and start.",
        "Choose a level; your games are listed below.",
        "Every round counts for the ranking.",
    ),
)
MAKE = Wording(
    names=("Create", "Generate", "Tool", "Start"),
    titles=(
        "Create {a singular}",
        "Generate {a singular}",
        "Make your own {singular}",
        "New {singular}",
    ),
    leads=(
        "Enter what you need and generate it in seconds.",
        "Choose content and format; the result is kept below.",
        "Describe the {singular} and we make it.",
    ),
)
GET = Wording(
    names=("Downloads", "Library", "Files"),
    titles=("Download {plural}", "Your downloads", "Save {a singular}", "Your {plural}"),
    leads=(
        "Choose {plural} to download; they are kept in your list.",
        "Download {a singular} and find it here again.",
        "Everything you saved, ready to share.",
    ),
)
ABOUT = Wording(
    names=("About", "Story"),
    titles=("About {name}", "Who we are", "How we work", "Our story"),
    leads=(
        "The people behind {name} and what they care about.",
        "What {name} does, and why people come back.",
        "A small team for everything about {subject}.",
    ),
)
