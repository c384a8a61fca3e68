"""Sites made from the kit, really built and used."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from webgen_r1.build import DependencyStore, ViteBuilder
from webgen_r1.checks import TOOLS
from webgen_r1.colour.names import look_up
from webgen_r1.config import BuildConfig, EngineConfig, EvidenceConfig, RenderConfig, SandboxConfig
from webgen_r1.protocols import LiveSite
from webgen_r1.render import BrowserRenderer
from webgen_r1.reward import CascadedReward
from webgen_r1.sandbox import find_sandbox
from webgen_r1.scaffold import complete, load
from webgen_r1.types import Completion, Trace

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = [path.stem for path in sorted((EXAMPLES / "kit").glob("*.good.txt"))]
KIT = load("vite-react-kit")

# ── the examples, scored ────────────────────────────────────────────────────────────


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trace]:
    """Every example, scored once with the checks of how it behaves."""
    store = DependencyStore()
    await store.prepare(KIT)
    await store.prepare_tools(TOOLS)
    lines = (EXAMPLES / "instructions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = {row["id"]: row["instruction"] for row in map(json.loads, lines)}
    config = EngineConfig(
        scaffold="vite-react-kit", mode="slots", evidence=EvidenceConfig(checks=True)
    )
    async with CascadedReward(config, artifacts=tmp_path_factory.mktemp("shots")) as reward:
        scored = await asyncio.gather(
            *(
                reward.score(
                    (EXAMPLES / "kit" / f"{name}.txt").read_text("utf-8"),
                    asked[name.split(".")[0]],
                    name,
                )
                for name in NAMES
            )
        )
    return dict(zip(NAMES, scored, strict=True))


@pytest.mark.parametrize("name", NAMES)
async def test_an_example_is_graded_well(name: str, traces: dict[str, Trace]) -> None:
    trace = traces[name]
    assert (trace.stage, trace.failures) == ("judge", ())
    assert trace.components.functional == 1.0
    assert trace.verdict is not None
    assert trace.verdict.score >= 4.3
    assert trace.verdict.parts["contrast"] == 1.0


@pytest.mark.parametrize("name", NAMES)
async def test_an_example_behaves(name: str, traces: dict[str, Trace]) -> None:
    report = traces[name].checks
    assert report is not None
    failed = [(check.code, check.examples) for check in report.checks if check.status == "fail"]
    assert failed == []


# ── one site, used ──────────────────────────────────────────────────────────────────

COLOURS = ["dark green", "papaya whip", "Cloud White", "light mocha", "dusty jade", "#abc"]
FILES = {
    "src/App.tsx": """
import { Site } from './kit'
import Home from './pages/Home'
import Wrong from './pages/Wrong'

export default function App() {
  return <Site name="Pier Nine" background="no such colour" color="gold" pages={{ Home, Wrong }} />
}
""",
    "src/pages/Home.tsx": """
import { Cards, Entries, Form, Page, Saved, table } from '../kit'
import { colourOf } from '../kit/colour'

const boats = table(`
Boat | Built | Price
Tern | 1987 | $12.50
Gannet | 2003 | $8.00
`)
const colours = COLOURS.map(colourOf)

export default function Home() {
  return (
    <Page title="Boats">
      <Cards of={boats} action="Reserve" />
      <Saved />
      <Form title="Ask" fields="Name, Email" />
      <Entries of="Ask" />
      <pre id="colours">{JSON.stringify(colours)}</pre>
    </Page>
  )
}
""".replace("COLOURS", json.dumps(COLOURS)),
    "src/pages/Wrong.tsx": """
import { Cards, Chart, Chat, Entries, Faq, Form, Hero, List, Page, Quote, Saved, Search, Section,
  Stats, Steps, Table, Tabs } from '../kit'

const WRONG: any[] = [undefined, null, 3, '', {}, [], [1], [{ a: 1 }], () => 1, true, '||', ':']

export default function Wrong() {
  return (
    <Page title={WRONG[4]} text={WRONG[5]}>
      {WRONG.map((it, at) => (
        <div key={at}>
          <Hero title={it} text={it} action={it} look={it} />
          <Section title={it} text={it}>{at}</Section>
          <Tabs>{at}</Tabs>
          <Stats items={it} />
          <Stats of={it} />
          <Cards of={it} action={it} look={it} />
          <Table of={it} action={it} />
          <List of={it} items={it} check={it} />
          <Search of={it} by={it} as={it} action={it} />
          <Chart of={it} x={it} y={it} title={it} kind={it} />
          <Form fields={it} submit={it} title={it} done={it} />
          <Entries title={it} of={it} />
          <Saved title={it} />
          <Chat title={it} greeting={it} />
          <Faq items={it} />
          <Steps items={it} />
          <Quote text={it} by={it} />
        </div>
      ))}
    </Page>
  )
}
""",
}
CLICK = "[...document.querySelectorAll('button')].find((b) => b.textContent === %r).click()"
HEADER = "document.querySelector('header').innerText.replace(/\\s+/g, ' ')"
TEXT = "document.querySelector('main').innerText"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[LiveSite]:
    sandbox = find_sandbox(SandboxConfig())
    store = DependencyStore(guest=sandbox.own_userland)
    await store.prepare(KIT)
    completion = Completion(files={path: text.encode() for path, text in FILES.items()})
    project, _ = complete(KIT, completion, "slots")
    async with ViteBuilder(BuildConfig(workers=1), KIT, sandbox, store) as builder:
        build = await builder.build(project)
    assert build.failures == ()
    async with (
        BrowserRenderer(RenderConfig(concurrency=1), sandbox) as renderer,
        renderer.open(build, 60) as live,
    ):
        yield live


async def press(site: LiveSite, name: str) -> None:
    await site.evaluate(CLICK % name)
    await site.settle()


async def test_a_name_means_the_colour_that_the_judge_means(site: LiveSite) -> None:
    await site.go("/")
    found = json.loads(await site.evaluate("document.getElementById('colours').textContent"))
    assert found[-1] == [0xAA, 0xBB, 0xCC]
    for name, rgb in zip(COLOURS[:-1], found, strict=False):
        wanted = look_up(name.split())
        assert wanted is not None
        assert tuple(rgb) == wanted.rgb, name


async def test_an_unknown_colour_is_white_and_a_known_one_exact(site: LiveSite) -> None:
    await site.go("/")
    paint = "getComputedStyle(document.querySelector('%s')).backgroundColor"
    assert await site.evaluate(paint % "body") == "rgb(255, 255, 255)"
    assert await site.evaluate(paint % "header") == "rgb(255, 215, 0)"


async def test_what_is_saved_is_counted_summed_and_kept(site: LiveSite) -> None:
    await site.go("/")
    assert "Saved" not in await site.evaluate(HEADER)
    await press(site, "Reserve")
    await press(site, "Reserve")
    assert "Saved 2" in await site.evaluate(HEADER)
    await site.go("/")
    assert "Saved 2" in await site.evaluate(HEADER)
    assert "$20.50" in await site.evaluate(TEXT)
    await press(site, "Remove")
    await press(site, "Remove")
    assert "Saved" not in await site.evaluate(HEADER)


async def test_a_form_is_checked_confirmed_and_listed(site: LiveSite) -> None:
    await site.go("/")
    await press(site, "Send")
    assert "Name is required." in await site.evaluate(TEXT)
    for field, text in (("name", "Ada Moss"), ("email", "ada@example.com")):
        await site.evaluate(f"document.querySelector('[name={field}]').focus()")
        await site.type(text)
    await press(site, "Send")
    said = await site.evaluate(TEXT)
    assert "Thank you" in said
    assert "Email: ada@example.com" in said


async def test_wrong_props_never_throw(site: LiveSite) -> None:
    site.happened()
    await site.go("/wrong")
    assert (await site.evaluate(TEXT)).startswith("Wrong")
    assert [one.text for one in site.happened() if one.kind in ("exception", "console")] == []
