"""The agent on real sites in the real browser, led by an endpoint that speaks real HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from agent_scripts import SHOP, Seen, Stage, answer, do, on, page, say_if, stage
from PIL import Image

from webgen_r1.agent.prompt import prompt_digest

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def agent(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WEBGEN_AGENT_API_KEY", "a-key")
        async with stage(tmp_path_factory.mktemp("run"), concurrency=4, settle_s=2) as it:
            yield it


# ── verdicts ────────────────────────────────────────────────────────────────────────


async def test_a_case_is_worked_to_yes_by_clicks_and_typing(agent: Stage) -> None:
    result, seen = await agent.work(
        SHOP,
        on("click", '"Contact"'),
        on("type", '"Your name"', text="Ada"),
        on("type", "input date", text="2026-05-31"),
        on("type", "textarea", text="Hello\nthere"),
        on("click", 'button "Send"'),
        say_if("Thanks, Ada"),
    )
    assert (result.status, result.verdict) == ("decided", "YES")
    assert [step.number for step in result.steps] == [1, 2, 3, 4, 5, 6]
    assert result.steps[0].action == 'click [2] link "Contact"'
    assert result.steps[-1].action == "answer YES"
    assert [step.route for step in result.steps] == ["/", *["/contact"] * 5]
    assert not any(step.outcome for step in result.steps)
    assert "On 2026-05-31: Hello there" in seen[-1].text
    assert result.model == "m"


@pytest.mark.parametrize("verdict", ["YES", "PARTIAL", "NO"])
async def test_the_agents_verdict_is_the_verdict(agent: Stage, verdict: str) -> None:
    result, _ = await agent.work(SHOP, answer(verdict, "because"))
    assert (result.verdict, result.reason) == (verdict, "because")
    assert result.worth == {"YES": 1.0, "PARTIAL": 0.5, "NO": 0.0}[verdict]


async def test_every_step_has_its_picture_beside_the_results(agent: Stage) -> None:
    result, seen = await agent.work(SHOP, on("click", "Add the blue mug"), say_if("Basket: 1"))
    assert result.verdict == "YES"
    for step in result.steps:
        assert step.screenshot == f"agent/{result.id}/0/{step.number:02d}.jpg"
        with Image.open(agent.folder / step.screenshot) as picture:
            assert (picture.format, picture.size) == ("JPEG", (1280, 800))
    sent = seen[0].pictures[0]["image_url"]["url"]
    assert sent.startswith("data:image/jpeg;base64,")


async def test_the_numbers_are_drawn_on_the_picture_and_not_on_the_page(agent: Stage) -> None:
    script = "new MutationObserver(() => document.title = 'touched')" + (
        ".observe(document, {subtree: true, childList: true, attributes: true})"
    )
    site = page("<button style='position:fixed;left:200px;top:300px'>Go</button>", script)
    result, seen = await agent.work(site, do("key", name="Tab"), answer("NO"))
    assert 'title: "T"' in seen[1].text
    with Image.open(agent.folder / str(result.steps[0].screenshot)) as it:
        frame = [it.convert("HSV").getpixel((198, y)) for y in range(302, 316)]
    assert all(isinstance(pixel, tuple) and pixel[1] > 100 for pixel in frame)  # colourful


# ── what is seen and done ───────────────────────────────────────────────────────────


async def test_select_scroll_hover_back_keys_and_waiting(agent: Stage) -> None:
    result, seen = await agent.work(
        SHOP,
        on("select", '"Size"', option="large"),
        do("scroll", direction="down"),
        do("scroll", direction="up"),
        on("hover", "Add the blue mug"),
        on("click", '"Contact"'),
        do("back"),
        do("wait"),
        do("key", name="Escape"),
        answer("YES"),
    )
    assert not any(step.outcome for step in result.steps)
    assert 'value="Large"' in seen[1].text
    assert 'text "Size: Large"' in seen[1].text
    assert "in view: 640 to" in seen[2].text
    assert 'heading "Contact"' in seen[5].text
    assert 'heading "Mugs"' in seen[6].text


async def test_what_cannot_be_done_is_said_and_harms_nothing(agent: Stage) -> None:
    cover = '<div style="position:fixed;inset:0;background:#fffc"></div>'
    site = page(f"<h1>Hi</h1><button id=x>Go</button>{cover}", "")
    _, seen = await agent.work(site, do("click", n=1), do("click", n=77), do("back"), answer("NO"))
    assert "[1]" not in seen[0].text  # what a user cannot reach is not offered
    assert "there is no [1] in the list" in seen[1].text
    assert "there is no earlier page to go back to" in seen[3].text


async def test_an_element_that_leaves_while_the_agent_thinks(agent: Stage) -> None:
    def slowly(_: Seen) -> str:
        time.sleep(0.8)
        return do("click", n=2)

    late = "onchange = () => setTimeout(() => document.getElementById('x').remove(), 500)"
    _, seen = await agent.work(
        page("<input type=date aria-label=Day><button id=x>Go</button>", late),
        on("type", "input date", text="tomorrow"),
        slowly,
        answer("NO"),
    )
    assert "takes its value as YYYY-MM-DD" in seen[1].text
    assert "no longer on the page" in seen[2].text


async def test_states_of_controls_are_told(agent: Stage) -> None:
    body = """<input type=checkbox checked aria-label=News><button disabled>Buy</button>
      <input type=email aria-label=Mail value=a@b.c required>
      <form><input aria-label=Name required><button>Join</button></form>
      <div style="cursor:pointer">Card</div><input type=password aria-label=Word value=xyz>"""
    _, seen = await agent.work(page(body), on("click", "Join"), answer("NO"))
    for line in (
        'checkbox "News" (checked)',
        'button "Buy" (disabled)',
        'input email "Mail" value="a@b.c" (required)',
        'clickable "Card"',
        'input password "Word" value="•••"',
    ):
        assert line in seen[0].text
    assert "the browser says:" in seen[1].text


async def test_an_action_without_effect_is_told(agent: Stage) -> None:
    _, seen = await agent.work(page("<p>Still</p>"), do("scroll"), answer("NO"))
    assert "changed nothing that can be seen" in seen[1].text


async def test_a_site_under_a_base_path_with_direct_links(agent: Stage) -> None:
    site = {
        "index.html": b"<title>A</title><a href='/shop/about.html'>About</a>",
        "about.html": b"<title>B</title><h1>About us</h1>",
    }
    result, seen = await agent.work(
        site, on("click", "About"), do("back"), answer("YES"), base="/shop/"
    )
    assert 'heading "About us"' in seen[1].text
    assert [step.route for step in result.steps] == ["/shop/", "/shop/about.html", "/shop/"]


# ── views and settings ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("view", "pictures", "text"), [("tree", 0, True), ("marks", 1, False)])
async def test_views(
    agent: Stage, view: str, pictures: int, text: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBGEN_AGENT_API_KEY", "a-key")
    async with stage(agent.folder / view, observation=view, keep_screenshots=False) as other:
        result, seen = await other.work(SHOP, answer("YES"))
    assert len(seen[0].pictures) == pictures
    assert ('text "Basket: 0"' in seen[0].text) is text
    assert 'button "Add the blue mug"' in seen[0].text
    assert result.steps[0].screenshot is None
    assert not (agent.folder / view / "agent").exists()


async def test_cases_at_the_same_time_do_not_see_each_others_storage(agent: Stage) -> None:
    add = on("click", "Add the blue mug")
    script = (add, add, say_if("Basket: 2"))
    results = await asyncio.gather(*(agent.work(SHOP, *script) for _ in range(4)))
    assert [result.verdict for result, _ in results] == ["YES"] * 4


async def test_what_matters_to_verdicts_is_described_for_the_manifest(agent: Stage) -> None:
    told = agent.runner.describe()
    assert (told["model"], told["prompt"]) == ("hands", prompt_digest())
    assert told["max_interactions"] == 15
    await agent.work(SHOP, answer("YES"))
    assert agent.runner.models == {"m"}


async def test_early_pages_are_dropped_from_the_conversation(agent: Stage) -> None:
    _, seen = await agent.work(
        SHOP, *[do("scroll", direction=way) for way in ("down", "up") * 3], answer("YES")
    )
    bodies: list[Seen] = [Seen({"messages": [m]}) for m in seen[-1].body["messages"]]
    users = [it for it in bodies if it.body["messages"][0]["role"] == "user"]
    assert [len(user.pictures) for user in users] == [0, 0, 0, 0, 1, 1, 1]
    assert "Task: case-" in users[0].text
    assert 'heading "Mugs"' not in users[0].text
