"""Is a text language, and is it about the site? Asked of one text at a time."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LONG = 8  # words; a shorter text may be a label
_FEWEST = 0.08  # share of grammar words; prose has 0.3 to 0.6, terse notes 0.15

# The commonest grammar words of the languages sites are written in: what prose cannot do without.
_GRAMMAR_WORDS = """
    the a an of to in on at is are was be and or for with from by as it its this that you your we
    our not no all one two every each can may will has have had if when who how what up out into
    der die das den dem des ein eine einen und oder nicht mit von zu für auf im ist sind wir sie ihr
    le la les un une des du de et ou pour avec dans sur est sont vous nous qui que ne pas au aux
    el los las una unos y o para con en por es son no su sus que del al se
    il lo gli uno di e per con nel della che non sono dei alla
    os as um uma do da dos das em com não são ao sua
    het een en van met voor op niet zijn wij te
"""
_GRAMMAR = frozenset(_GRAMMAR_WORDS.split())

# Talk about the grading itself. But for words that only graders use, each pattern needs two
# ideas together (a grade *of this page*, an order *about instructions*), so that schools,
# reviews and ratings stay what they are.
_TO_THE_GRADER = re.compile(
    r"\b(?:dear|attention|(?:note|message) (?:to|for)(?: the)?),? "
    r"(?:judges?|graders?|evaluators?|reviewers?|(?:reward|language|vision|ai) models?|assistant)\b"
    r"|\b(?:graders?|rubric|reward models?|system (?:message|prompt))\b"
    r"|\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instructions?|rubric|prompt|rules above)\b"
    r"|\b(?:grade|score|rate|mark|award|give)\b.{0,30}\b(?:this|the) (?:web ?)?(?:site|page)\b"
    r"|\b(?:this|the) (?:web ?)?(?:site|page)\b.{0,60}\b(?:grade|score|verdict|full marks|reward)\b"
    r"|\b(?:grade|score|rate|verdict|worth)\b.{0,40}\b(?:5|five) ?(?:/|out of|of) ?(?:5|five)\b"
    r"|\b(?:correct|final|highest|any lower|maximum) (?:grade|score|verdict|reward)\b",
    re.I | re.S,
)


def speaks_to_grader(text: str) -> bool:
    """Whether a text is addressed to whoever grades the site, or is about that grade."""
    return _TO_THE_GRADER.search(text) is not None


def is_long(text: str) -> bool:
    """Whether a text is long enough to be told from a label; in Latin letters only."""
    return len(_TOKEN.findall(text)) >= _LONG and _latin(text)


def reads_as_language(text: str) -> bool:
    """Whether a long text has the grammar words that prose of a known language is full of."""
    tokens = [token.lower() for token in _TOKEN.findall(text)]
    return sum(token in _GRAMMAR for token in tokens) >= _FEWEST * len(tokens)


def _latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter < "\u0250" for letter in letters) > 0.9 * len(letters)
