"""Agents that follow a script, and small sites for them to work on."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from endpoint_server import Reply, serving
from webgen_r1.agent.config import AgentConfig
from webgen_r1.agent.runner import AgentRunner
from webgen_r1.config import SandboxConfig
from webgen_r1.evaluate.records import BenchItem, CaseResult, TestCase
from webgen_r1.sandbox import find_sandbox

_SHOP = """<!doctype html><html lang="en"><title>Mug shop</title>
<style>body{font-family:sans-serif;margin:24px} .far{margin-top:1500px}</style>
<body><nav><a href="/">Home</a><a href="/contact">Contact</a></nav><main id="main"></main>
<script type="module" src="/assets/app.js"></script></body></html>"""
_APP = """
const main = document.getElementById("main");
let count = Number(localStorage.getItem("count") ?? 0);
function home() {
  main.innerHTML = `<h1>Mugs</h1><p id="n">Basket: ${count}</p>
    <button id="add">Add the blue mug</button>
    <select id="size" aria-label="Size"><option>Small</option><option>Large</option></select>
    <p id="chosen"></p><p class="far">The end of the page</p>`;
  document.getElementById("add").onclick = () => {
    count += 1;
    localStorage.setItem("count", count);
    setTimeout(() => (document.getElementById("n").textContent = `Basket: ${count}`), 30);
  };
  document.getElementById("size").onchange = (event) =>
    (document.getElementById("chosen").textContent = `Size: ${event.target.value}`);
}
function contact() {
  main.innerHTML = `<h1>Contact</h1><form><input name="who" placeholder="Your name" required>
    <input type="date" aria-label="Day"><textarea aria-label="Message"></textarea>
    <button>Send</button></form>`;
  const form = main.querySelector("form");
  form.onsubmit = (event) => {
    event.preventDefault();
    const [who, day, text] = ["[name=who]", "[type=date]", "textarea"].map(
      (at) => form.querySelector(at).value);
    main.innerHTML = `<h1>Thanks, ${who}</h1><p>On ${day}: ${text}</p>`;
  };
}
document.querySelectorAll("nav a").forEach((a) => (a.onclick = (event) => {
  event.preventDefault();
  history.pushState(null, "", a.href);
  show();
}));
const show = () => (location.pathname === "/contact" ? contact() : home());
onpopstate = show;
show();
"""
SHOP = {"index.html": _SHOP.encode(), "assets/app.js": _APP.encode()}

Say = Callable[["Seen"], Reply]


def page(body: str, script: str = "") -> dict[str, bytes]:
    """A site of one page."""
    html = f"<!doctype html><title>T</title><body>{body}<script>{script}</script></body>"
    return {"index.html": html.encode()}


class Seen:
    """The last message of a request, as an agent reads it."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        content = body["messages"][-1]["content"]
        parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
        self.text = "\n".join(part["text"] for part in parts if part["type"] == "text")
        self.pictures = [part for part in parts if part["type"] == "image_url"]

    def number(self, words: str) -> int:
        """Number of the element whose line contains `words`."""
        for line in self.text.splitlines():
            found = re.match(r"\[(\d+)\] ", line)
            if found and words in line:
                return int(found[1])
        raise AssertionError(f"{words!r} is not numbered in:\n{self.text}")


def do(action: str, **fields: object) -> str:
    return json.dumps({"thought": "as planned", "action": action, **fields})


def on(action: str, words: str, **fields: object) -> Say:
    """An action on the element whose line contains `words`."""
    return lambda seen: do(action, n=seen.number(words), **fields)


def answer(verdict: str, reason: str = "seen") -> str:
    return do("answer", verdict=verdict, reason=reason)


def say_if(words: str, verdict: str = "YES", other: str = "NO") -> Say:
    """Answer by whether the page shows `words`."""
    return lambda seen: answer(verdict if words in seen.text else other)


def scripted(*says: str | Say) -> list[Reply]:
    """Replies for `serving`: text as it is, functions given what the agent sees."""
    return [say if isinstance(say, str) else _reading(say) for say in says]


def _reading(say: Say) -> Callable[[dict[str, Any]], Reply]:
    return lambda body: say(Seen(body))


async def no_wait(seconds: float) -> None:
    """A sleep between attempts that takes no time."""
    await asyncio.sleep(0)


def runner_at(base_url: str, folder: Path, **settings: Any) -> AgentRunner:
    config = AgentConfig(base_url=base_url, model="hands", **settings)
    return AgentRunner(config, find_sandbox(SandboxConfig()), folder, sleep=no_wait)


class Stage:
    """A runner and an endpoint for many tests: each case has a script of its own."""

    def __init__(self, runner: AgentRunner, folder: Path) -> None:
        self.runner = runner
        self.folder = folder
        self._scripts: dict[str, list[Reply]] = {}
        self._bodies: dict[str, list[dict[str, Any]]] = {}

    async def work(
        self,
        site: Mapping[str, bytes],
        *says: str | Say,
        base: str = "/",
        replies: list[Reply] | None = None,
        expected: str = "",
    ) -> tuple[CaseResult, list[Seen]]:
        """The result, and what the agent saw at each request."""
        key = f"case-{len(self._scripts)}"
        self._scripts[key] = replies if replies is not None else scripted(*says)
        self._bodies[key] = []
        item = BenchItem(id=key, instruction="", cases=(TestCase(task=key, expected=expected),))
        result = await self.runner.run_case(site, base, item, 0, 0)
        return result, [Seen(body) for body in self._bodies[key]]

    def reply(self, body: dict[str, Any]) -> Reply:
        """The next reply of the script whose name is the task."""
        first = body["messages"][1]["content"]
        text = first if isinstance(first, str) else first[0]["text"]
        found = re.search(r"^Task: (case-\d+)$", text, re.M)
        assert found is not None, text
        asked, script = self._bodies[found[1]], self._scripts[found[1]]
        asked.append(body)
        return script[min(len(asked), len(script)) - 1]


@asynccontextmanager
async def stage(folder: Path, **settings: Any) -> AsyncIterator[Stage]:
    """A runner at an endpoint that answers by each case's script."""
    async with (
        serving(lambda body: it.reply(body)) as endpoint,
        runner_at(endpoint.base_url, folder, **settings) as runner,
    ):
        it = Stage(runner, folder)
        yield it
