"""From a plan to the completion that says it: one file for the site, one for its data, one a page.

The code is regular on purpose, the same frame in the same order for every site: a small model
learns the frame once, and what differs between sites is what differs between instructions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from webgen_r1 import completion
from webgen_r1.blueprint.plan import Block, Collection, PagePlan, SitePlan
from webgen_r1.scaffold import Scaffold, is_provided
from webgen_r1.types import Completion, Mode

APP, DATA = "src/App.tsx", "src/data.ts"
_STRING_ENDS = re.compile(r'["&\n]')
_CELL_ENDS = re.compile(r"\s*[|\n]\s*")
_TEMPLATE_ENDS = re.compile(r"[\\`]|\$(?=\{)")


def write(plan: SitePlan, mode: Mode, scaffold: Scaffold) -> str:
    """The completion for `scaffold`: the slots that the plan fills, or in `full` mode the whole
    project but what the scaffold provides, and its commands. Raises UserError for what no
    completion can say."""
    files = {APP: _app(plan)}
    if plan.collections:
        files[DATA] = _data(plan.collections)
    files |= {f"src/pages/{page.name}.tsx": _page(page) for page in plan.pages}
    sources = {path: text.encode() for path, text in files.items()}
    full = mode == "full"
    frame = {
        path: source
        for path, source in scaffold.files.items()
        if full and not is_provided(scaffold, path)
    }
    return completion.write(
        Completion(
            think=plan.thought,
            answered=True,
            artifact_id=plan.id,
            title=plan.name,
            files=frame | sources,
            shell=scaffold.shell if full else (),
            start=scaffold.start if full else None,
        )
    )


def _app(plan: SitePlan) -> str:
    names = [page.name for page in plan.pages]
    site = {"name": plan.name, "background": plan.background, "color": plan.color, **plan.look}
    return _lines(
        "import { Site } from './kit'",
        *(f"import {name} from './pages/{name}'" for name in names),
        "",
        "export default function App() {",
        f"  return <Site{_attributes(site)} pages={{{{ {', '.join(names)} }}}} />",
        "}",
    )


def _data(collections: Iterable[Collection]) -> str:
    lines = ["import { table } from './kit'"]
    for each in collections:
        lines += ["", f"export const {each.name} = table(`"]
        lines += [" | ".join(map(_cell, row)) for row in (each.columns, *each.rows)]
        lines.append("`)")
    return _lines(*lines)


def _page(page: PagePlan) -> str:
    blocks = list(_walk(page.blocks))
    tables = sorted({block.of for block in blocks if block.of})
    heading = {"title": page.title, "text": page.text}
    return _lines(
        _import({"Page", *(block.component for block in blocks)}, "../kit"),
        *([_import(tables, "../data")] if tables else []),
        "",
        f"export default function {page.name}() {{",
        "  return (",
        f"    <Page{_attributes({key: text for key, text in heading.items() if text})}>",
        *(line for block in page.blocks for line in _element(block, "      ")),
        "    </Page>",
        "  )",
        "}",
    )


def _walk(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        yield from _walk(block.blocks)


def _import(names: Iterable[str], module: str) -> str:
    return f"import {{ {', '.join(sorted(names))} }} from '{module}'"


def _element(block: Block, indent: str) -> Iterator[str]:
    of = f" of={{{block.of}}}" if block.of else ""
    opening = f"{indent}<{block.component}{of}{_attributes(block.props)}"
    if not block.blocks:
        yield f"{opening} />"
        return
    yield f"{opening}>"
    for child in block.blocks:
        yield from _element(child, indent + "  ")
    yield f"{indent}</{block.component}>"


def _attributes(props: Mapping[str, str]) -> str:
    return "".join(f" {name}={_string(text)}" for name, text in props.items())


def _string(text: str) -> str:
    """A JSX attribute value. Between quotes JSX knows no escapes but entities, so text with
    either, or with a line break, is a JavaScript string instead."""
    return (
        f"{{{json.dumps(text, ensure_ascii=False)}}}" if _STRING_ENDS.search(text) else f'"{text}"'
    )


def _cell(text: str) -> str:
    """A cell of `table`, inside a template literal: one line without the bar between cells."""
    return _TEMPLATE_ENDS.sub(r"\\\g<0>", _CELL_ENDS.sub(" / ", text.strip()))


def _lines(*lines: str) -> str:
    return "\n".join(lines)
