"""Tags and bodies of the completion format, as models really write them.

This is not XML: bodies are source code, unescaped, and contain anything. What makes the
format decidable is said here, once, for `completion.parse` and `completion.write`.

Tags: any case, attributes in any order, in either quotes or none, with HTML entities.
A quoted value stays on one line.

Bodies come in two forms.

- *Plain*: one newline after the opening tag and all blanks before the closing tag are
  layout; everything else is kept as it is.
- *CDATA*: ``<![CDATA[`` … ``]]>`` around the whole body. Nothing inside is layout. A text
  that contains ``]]>`` is split into two sections, as in XML; an unsplit ``]]>`` counts as
  text unless the closing tag follows.

A plain body ends at the first ``</webAction>`` that looks like markup: what follows it is
blank, markup of the format, a code fence, or the end. (``'</webAction>'`` inside a string
does not.) A ``<webAction type=…>`` that starts a line inside a file body nests, so that a
template literal may hold a whole action; if it turns out that the outer action is never
closed, its author forgot, and the outer body ends where the inner action begins.

Every function is linear in the length of the text: a search that failed is never repeated.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

BLANKS = " \t\r\n"

# Possessive quantifiers (x++, x*+) give no character back: failing costs one pass.
_VALUE = (
    r"""(?:"(?:[^"<\n]++|<(?!/?web))*+"|'(?:[^'<\n]++|<(?!/?web))*+'|(?:[^\s<>"'`/]++|/(?!>))++)"""
)
_ATTRIBUTES = rf"""(?:\s*+[^\s=<>"'/]++(?:\s*+=\s*+{_VALUE})?+)*+\s*+"""
_AFTER = r"(?=\s|\Z|</?web(?:Action|Artifact)\b|</answer\b|<!--|```)"

STRUCTURE = re.compile(
    r"<(?:(?P<comment>!--)"
    r"|(?P<element>/?(?:think|answer))\s*+>"
    rf"|(?P<open>webArtifact|webAction)(?=[\s/>])(?P<attributes>{_ATTRIBUTES})(?P<empty>/?)>"
    r"|/(?P<close>webArtifact|webAction)\s*+>)",
    re.IGNORECASE,
)
_NESTED = re.compile(
    rf"<(?:(?P<open>webAction|webArtifact)(?=[\s>])(?P<attributes>{_ATTRIBUTES})(?P<empty>/?)>"
    rf"|/(?P<close>webAction|webArtifact)\s*+>{_AFTER})",
    re.IGNORECASE,
)
_ONE_ATTRIBUTE = re.compile(rf"""([^\s=<>"'/]++)(?:\s*+=\s*+({_VALUE}))?+""", re.IGNORECASE)
_RESERVED = re.compile(r"</?(?:webAction|webArtifact|think|answer)\b", re.IGNORECASE)
_FENCE_OPEN = re.compile(r"```[\w+.#-]*[ \t]*\r?\n")
_FENCE_CLOSE = re.compile(r"\n```\Z")
_LEADING_LINE = re.compile(r"[ \t]*\r?\n")
_CDATA_OPEN = re.compile(r"\s*+<!\[CDATA\[")
_CDATA_NEXT = "<![CDATA["
_TRAILING_ANSWER = re.compile(r"</answer\s*>[\s`]*\Z", re.IGNORECASE)


def attributes(source: str) -> dict[str, str]:
    """Attributes by lower-case name, entities decoded. The first of a name counts."""
    found: dict[str, str] = {}
    for name, raw in _ONE_ATTRIBUTE.findall(source):
        value = raw[1:-1] if raw[:1] in ('"', "'") else raw
        found.setdefault(name.lower(), _unescape(value))
    return found


def _unescape(value: str) -> str:
    try:
        return html.unescape(value)
    except ValueError:  # a character reference of thousands of digits
        return value


def quote(value: str) -> str:
    """`value` as a double-quoted attribute value that `attributes` gives back."""
    escaped = html.escape(value).replace("\n", "&#10;")
    return f'"{escaped}"'


def plain(body: str) -> str:
    """A plain body without its layout."""
    leading = _LEADING_LINE.match(body)
    return body[leading.end() if leading else 0 :].rstrip(BLANKS)


def unfence(body: str) -> str | None:
    """What a Markdown code fence around all of `body` holds; None where there is none."""
    text = body.strip(BLANKS)
    first, last = _FENCE_OPEN.match(text), _FENCE_CLOSE.search(text)
    if not first or not last or last.start() < first.end() - 1:
        return None
    inner = text[first.end() : last.start()]
    return None if inner.startswith("```") or "\n```" in inner else inner


def encode_file(body: str, *, fence: bool) -> str:
    """A file's body between its tags: plain where that is read back the same, else CDATA.

    `fence`: whether the reader would take a code fence around this body away.
    """
    return f"\n{body}\n" if plain(f"\n{body}\n") == body and _safe(body, fence) else _cdata(body)


def encode_command(body: str) -> str:
    """The same for a shell or start action, on one line with its tags."""
    return body if body.strip(BLANKS) == body and _safe(body, fence=True) else _cdata(body)


def encode_think(body: str) -> str:
    """The same for a think element, where only its own closing tag must not occur."""
    trimmed = body.strip(BLANKS) == body and not _CDATA_OPEN.match(body)
    if trimmed and "</think" not in body.lower():
        return f"\n{body}\n" if body else ""
    return _cdata(body)


def _safe(body: str, fence: bool) -> bool:
    fenced = fence and unfence(body) is not None
    return not (fenced or _RESERVED.search(body) or _CDATA_OPEN.match(body))


def _cdata(body: str) -> str:
    return _CDATA_NEXT + body.replace("]]>", "]]]]>" + _CDATA_NEXT + ">") + "]]>"


@dataclass(frozen=True)
class Body:
    """A body found in the text. `resume` is where reading goes on."""

    text: str
    resume: int
    closed: bool
    cdata: bool = False


@dataclass
class Reader:
    """Finds bodies in one text and remembers which searches are hopeless."""

    text: str
    limit: int = 0  # bodies end here: the end, or the last </answer> if nothing follows it
    _dead_ends: dict[str, int] = field(default_factory=dict)  # search → hopeless from here on
    _matched: int = 0  # file actions before this are paired, or are not worth pairing
    _ends: dict[int, int] = field(default_factory=dict)  # end of opening tag → its closing tag
    _stops: dict[int, int] = field(default_factory=dict)  # the same for a body never closed

    def __post_init__(self) -> None:
        tail = _TRAILING_ANSWER.search(self.text, max(0, len(self.text) - 200))
        self.limit = tail.start() if tail else len(self.text)

    def comment_end(self, start: int) -> int | None:
        """Index after the ``-->`` that ends a comment; None where nothing does."""
        end = self._find("-->", re.compile("-->"), start)
        return end.end() if end else None

    def element(self, start: int, tag: str) -> Body | None:
        """Body of a simple element (think) from `start` to its first closing tag."""
        body = self._cdata(start, tag)
        if body:
            return body
        close = self._find(tag, re.compile(rf"</{tag}\s*+>", re.IGNORECASE), start)
        if close is None:
            return None
        return Body(self.text[start : close.start()].strip(BLANKS), close.end(), True)

    def command(self, start: int) -> Body:
        """Body of a shell or start action: up to the next tag, whatever it is."""
        body = self._cdata(start, "webAction")
        if body:
            return body
        end, resume, closed = self._next_tag(start)
        return Body(self.text[start:end].strip(BLANKS), resume, closed)

    def file(self, start: int) -> Body:
        """Body of a file action whose opening tag ends at `start`."""
        body = self._cdata(start, "webAction")
        if body:
            return body
        if start >= self._matched:
            self._match(start)
        if start in self._ends:
            end, closed = self._ends[start], True
            resume = self.text.index(">", end) + 1
        elif start in self._stops:
            end = resume = self._stops[start]
            closed = False
        else:  # not taken for an action while an outer one was open: no second pass
            end, resume, closed = self._next_tag(start)
        return Body(plain(self.text[start:end]), resume, closed)

    def _next_tag(self, start: int) -> tuple[int, int, bool]:
        """End of a body at the next tag, where to resume, whether that tag closes it."""
        tag = _NESTED.search(self.text, start, self.limit)
        if tag is None:
            return self.limit, self.limit, False
        closed = (tag["close"] or "").lower() == "webaction"
        return tag.start(), tag.end() if closed else tag.start(), closed

    def _match(self, start: int) -> None:
        """Pair the action opened at `start`, and all nested in it, with closing tags."""
        open_actions = [start]
        children: dict[int, int] = {}  # action → where the first action inside it begins
        position, stop = start, self.limit
        while open_actions:
            tag = _NESTED.search(self.text, position, self.limit)
            if tag is None:
                position = self.limit
                break
            position = tag.end()
            if tag["close"] and tag["close"].lower() == "webaction":
                self._ends[open_actions.pop()] = tag.start()
            elif tag["close"] or (tag["open"].lower() == "webartifact" and self._own_line(tag)):
                stop = tag.start()
                break
            elif self._nests(tag):
                children.setdefault(open_actions[-1], tag.start())
                cdata = self._cdata(tag.end(), "webAction")
                if cdata:
                    position = cdata.resume
                else:
                    open_actions.append(tag.end())
        self._matched = max(start + 1, position)
        for opened in open_actions:
            self._stops[opened] = children.get(opened, stop)

    def _nests(self, tag: re.Match[str]) -> bool:
        if tag["open"].lower() != "webaction" or tag["empty"] or not self._own_line(tag):
            return False
        return not attributes(tag["attributes"]).keys().isdisjoint({"type", "filepath"})

    def _own_line(self, tag: re.Match[str]) -> bool:
        """Whether the tag begins its line (after at most 64 blanks) or follows an action."""
        before = self.text[max(0, tag.start() - 80) : tag.start()].rstrip(" \t")
        return not before or before.endswith("\n") or before.lower().endswith("</webaction>")

    def _cdata(self, start: int, tag: str) -> Body | None:
        """A body that is CDATA as a whole, closed by `tag`; None where it is not."""
        opening = _CDATA_OPEN.match(self.text, start)
        if opening is None or self._dead_ends.get(f"cdata {tag}", len(self.text)) <= start:
            return None
        closing = re.compile(rf"\s*+</{tag}\s*+>", re.IGNORECASE)
        parts: list[str] = []
        section = search_from = opening.end()
        while (end := self.text.find("]]>", search_from)) >= 0:
            search_from = end + 3
            if self.text.startswith(_CDATA_NEXT, search_from):
                parts.append(self.text[section:end])
                section = search_from = search_from + len(_CDATA_NEXT)
            elif close := closing.match(self.text, search_from):
                parts.append(self.text[section:end])
                return Body("".join(parts), close.end(), True, cdata=True)
        self._dead_ends[f"cdata {tag}"] = start
        return None

    def _find(self, name: str, pattern: re.Pattern[str], start: int) -> re.Match[str] | None:
        if self._dead_ends.get(name, len(self.text) + 1) <= start:
            return None
        found = pattern.search(self.text, start)
        if found is None:
            self._dead_ends[name] = start
        return found
