"""Ways to make a good site worse, as pure functions Project -> Project that still build.

Each takes one quality away and leaves the rest as it was. A function gives back an equal
project where it finds nothing to take (a site without a pages folder cannot be emptied).
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from PIL import ImageColor
from recolour import recolour
from source_edits import Edit, attribute_name, edit_scripts, suffix, text_of, with_css
from tree_sitter import Node

from webgen_r1.tsx import SCRIPT_SUFFIXES, syntax_tree
from webgen_r1.types import Project

Degradation = Callable[[Project], Project]

_PAGE_FOLDERS = frozenset({"pages", "views", "screens"})


# ── the eight degradations of the requirement ───────────────────────────────────────


def unstyled(project: Project) -> Project:
    """No style sheet, no class, no inline style: the browser's own look."""

    def edits_of(node: Node) -> list[Edit]:
        if attribute_name(node) in {"className", "style", "class"}:
            return [(node.start_byte, node.end_byte, b"")]
        return []

    stripped = edit_scripts(project, edits_of)
    files = {
        path: b"" if suffix(path) in {".css", ".scss", ".less"} else source
        for path, source in stripped.files.items()
    }
    return replace(stripped, files=files)


def wrong_colours(project: Project) -> Project:
    """Every colour turned to another hue; pale ones become clearly tinted."""
    files = {}
    for path, source in project.files.items():
        if suffix(path) in SCRIPT_SUFFIXES | {".css", ".scss", ".less"}:
            files[path] = recolour(source.decode("utf-8", "replace"), path).encode()
        else:
            files[path] = source
    return replace(project, files=files)


def shuffled_layout(project: Project) -> Project:
    """Children in another order, blocks pushed aside and up or down by arbitrary amounts."""
    dice = random.Random(hashlib.sha256(project.digest.encode()).digest())
    blocks = ":is(div,section,article,header,ul,li,form,nav,p,h1,h2,h3,button,label,tr,a,figure)"
    rules = []
    for step, first in ((2, 1), (3, 2), (5, 1), (7, 4)):
        rules.append(
            f"#root {blocks}:nth-child({step}n+{first}) {{ position: relative;"
            f" left: {dice.choice((-1, 1)) * dice.randint(11, 43)}px;"
            f" top: {dice.choice((-1, 1)) * dice.randint(5, 19)}px;"
            f" order: {dice.randint(-3, 3)}; }}"
        )
    return with_css(project, "\n".join(rules))


def emptied_pages(project: Project) -> Project:
    """Every page keeps its name and loses everything else."""
    files = dict(project.files)
    for path, source in project.files.items():
        pure = PurePosixPath(path)
        if pure.suffix in {".tsx", ".jsx"} and _PAGE_FOLDERS & set(pure.parts[:-1]):
            files[path] = _bare_page(pure.stem, source, path)
    return replace(project, files=files)


def lorem_ipsum(project: Project) -> Project:
    """Running text and multi-word data replaced by filler of the same number of words."""

    def edits_of(node: Node) -> list[Edit]:
        said = text_of(node)
        if node.type == "jsx_text" and re.search(r"[A-Za-z]{3}", said):
            return [(node.start_byte, node.end_byte, _filler(said).encode())]
        if node.type == "string_fragment" and _is_prose(node, said):
            return [(node.start_byte, node.end_byte, _filler(said).encode())]
        return []

    return edit_scripts(project, edits_of)


def one_page(project: Project) -> Project:
    """Only the landing route is left, and every link leads there."""

    def edits_of(node: Node) -> list[Edit]:
        if node.type in {"jsx_self_closing_element", "jsx_element"} and _is_inner_route(node):
            return [(node.start_byte, node.end_byte, b"")]
        if node.type == "object" and _is_inner_route_object(node):
            return [(node.start_byte, node.end_byte, b"{ path: '/__gone' }")]
        if attribute_name(node) in {"to", "href"} and not re.search(
            r"mailto:|tel:|https?:", text_of(node)
        ):
            return [(node.start_byte, node.end_byte, text_of(node.children[0]).encode() + b'="/"')]
        if node.type == "pair" and re.match(
            r"['\"]?(to|href|path)['\"]?\s*:\s*['\"]/", text_of(node)
        ):
            key = node.children[0]
            return [(node.start_byte, node.end_byte, text_of(key).encode() + b": '/'")]
        return []

    return edit_scripts(project, edits_of)


def broken_contrast(project: Project) -> Project:
    """All text in a grey close to a light page; close to a dark one where the page is dark."""
    grey = "#4a4a4a" if _is_dark(project) else "#b9b9b9"
    return with_css(project, f"#root, #root * {{ color: {grey} !important; }}")


def overlapping(project: Project) -> Project:
    """Blocks pulled over each other, lines too close, content wider than the window."""
    return with_css(
        project,
        """
        #root main, #root section, #root article { min-width: 0; }
        #root main { width: 1560px !important; max-width: none !important; }
        #root p, #root li, #root h1, #root h2, #root h3 { line-height: 0.55 !important; }
        #root :is(section, article, main, div) > :is(p, h2, h3, ul, div, form) + * {
          margin-top: -22px !important;
        }
        """,
    )


DEGRADATIONS: dict[str, Degradation] = {
    "unstyled": unstyled,
    "wrong_colours": wrong_colours,
    "shuffled_layout": shuffled_layout,
    "emptied_pages": emptied_pages,
    "lorem_ipsum": lorem_ipsum,
    "one_page": one_page,
    "broken_contrast": broken_contrast,
    "overlapping": overlapping,
}


# ── held out: never looked at while the judge's weights were chosen ─────────────────


def flat_type(project: Project) -> Project:
    """Every text in one size and weight."""
    return with_css(project, "#root * { font-size: 15px !important; font-weight: 400 !important; }")


def crammed(project: Project) -> Project:
    """No padding, no margin, no gap."""
    return with_css(
        project, "#root * { margin: 0 !important; padding: 0 !important; gap: 0 !important; }"
    )


def tiny_text(project: Project) -> Project:
    """Everything at nine pixels or less."""
    return with_css(project, "#root * { font-size: 9px !important; }")


HELD_OUT: dict[str, Degradation] = {
    "flat_type": flat_type,
    "crammed": crammed,
    "tiny_text": tiny_text,
}


# ── helpers of single degradations ──────────────────────────────────────────────────


def _bare_page(name: str, source: bytes, path: str) -> bytes:
    """A module with the same exports whose default one shows only its name."""
    exported = []
    for node in syntax_tree(source, path).root_node.children:
        if node.type == "export_statement" and " default " not in text_of(node)[:20]:
            exported += re.findall(
                r"^export\s+(?:async\s+)?(?:function|const|let|class)\s+(\w+)", text_of(node)
            )
    has_default = b"export default" in source
    lines = [
        f"export const {other}: any = () => <main><h1>{name}</h1></main>;" for other in exported
    ]
    if has_default:
        body = f"<main className='p-8'><h1>{name}</h1></main>"
        lines.append(f"export default function Bare() {{ return {body}; }}")
    if path.endswith(".jsx"):
        lines = [line.replace(": any", "") for line in lines]
    return "\n".join(lines).encode()


_FILLER = """lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor
incididunt ut labore et dolore magna aliqua ut enim ad minim veniam quis nostrud exercitation
ullamco laboris nisi ut aliquip ex ea commodo consequat duis aute irure dolor in reprehenderit
in voluptate velit esse cillum dolore eu fugiat nulla pariatur""".split()  # noqa: SIM905


def _filler(said: str) -> str:
    """As many filler words as `said` has words; equal texts give equal filler."""
    start = int.from_bytes(hashlib.sha256(said.strip().encode()).digest()[:4], "big")
    count = 0

    def word(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        chosen = _FILLER[(start + count) % len(_FILLER)]
        return chosen.capitalize() if match.group()[0].isupper() else chosen

    return re.sub(r"&\w+;|[A-Za-z][A-Za-z'’]*", lambda m: m[0] if m[0][0] == "&" else word(m), said)


_CODE_NAMES = "className class style d points viewBox to href src path key id type name fill stroke"
_CODE_ATTRIBUTES = frozenset(_CODE_NAMES.split())


def _is_prose(node: Node, said: str) -> bool:
    """Whether a string literal is shown to people rather than used by the program."""
    tokens = said.split()
    if len(tokens) < 2 or not said[:1].isupper():
        return False
    if (
        sum(bool(re.fullmatch(r"[(“\"]?[A-Za-z’']+[.,!?:;)”\"]*", t)) for t in tokens)
        < len(tokens) * 0.6
    ):
        return False
    parent = node.parent
    while parent is not None:
        if parent.type in {"import_statement", "export_clause", "literal_type"}:
            return False
        if parent.type == "jsx_attribute":
            return attribute_name(parent) not in _CODE_ATTRIBUTES
        parent = parent.parent
    return True


def _is_inner_route(node: Node) -> bool:
    """A `<Route>` with a path of its own that is not the landing page."""
    opening = node if node.type == "jsx_self_closing_element" else node.children[0]
    if not re.match(r"<Route\b", text_of(opening)):
        return False
    path = next(
        (text_of(child) for child in opening.children if attribute_name(child) == "path"), None
    )
    return path is not None and not re.fullmatch(r"path=\{?['\"]/['\"]\}?", path)


def _is_inner_route_object(node: Node) -> bool:
    """``{ path: 'about', element: … }`` of a router configuration."""
    pairs = {text_of(child.children[0]): child for child in node.children if child.type == "pair"}
    if "path" not in pairs or not pairs.keys() & {"element", "Component", "lazy"}:
        return False
    return re.search(r":\s*['\"]/['\"]$", text_of(pairs["path"])) is None


def _is_dark(project: Project) -> bool:
    """Whether the page itself (body, or what fills the screen) is painted dark."""
    sources = {path: project.text(path) for path in project.files if not path.endswith(".json")}
    everything = "\n".join(sources.values())
    for path, source in sources.items():
        if suffix(path) == ".css":
            for rule in re.findall(r"(?:body|html|:root|#root)[^{}]*\{([^}]*)\}", source):
                found = re.search(r"background(?:-color)?:\s*(#[0-9a-fA-F]{3,6})\b", rule)
                if found:
                    return _dark_hex(found[1])
                if utility := re.search(r"@apply[^;]*\bbg-([\w-]+)", rule):
                    return _dark_utility(utility[1], everything)
    filled = re.search(r"min-h-(?:screen|full)[^'\"`]*?\bbg-([\w-]+)", everything) or re.search(
        r"<body[^>]*\bbg-([\w-]+)", everything
    )
    return filled is not None and _dark_utility(filled[1], everything)


def _dark_utility(name: str, sources: str) -> bool:
    """Whether `bg-<name>` is dark: one of Tailwind's late shades, or a colour of the theme."""
    if name == "black" or re.search(r"-(?:800|900|950)$", name):
        return True
    themed = re.search(
        rf"\b{re.escape(name)}['\"]?:\s*(?:\{{\s*DEFAULT:\s*)?['\"](#[0-9a-fA-F]{{3,6}})", sources
    )
    return themed is not None and _dark_hex(themed[1])


def _dark_hex(colour: str) -> bool:
    return sum(ImageColor.getrgb(colour)[:3]) < 3 * 90
