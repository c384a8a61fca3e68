"""ESLint in a warm sandboxed worker: scripts in as text, counted findings out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from webgen_r1 import tsx
from webgen_r1.errors import LintError
from webgen_r1.sandbox import Ended, NodeProgram, NodeWorker, NoStartError, Sandbox
from webgen_r1.types import Failure

KEPT_PER_RULE = 3
LOOK_SECONDS = 0.25
MAX_TOTAL_BYTES = 8 * 2**20
"""Scripts of one project together; the largest real sites have a quarter of it."""

PARSE_ERROR = "parse-error"
TOO_LARGE = "lint-too-large"

Exhausted = Literal["cpu"] | Ended
Answer = Mapping[str, Any] | Exhausted
"""A reply of the worker, or the limit for which it was ended."""

_ENDED: Mapping[str, tuple[str, str]] = {
    "cpu": ("lint-timeout", "the scripts could not be linted in time"),
    "memory": ("lint-memory", "linting the scripts took more memory than allowed"),
}
_OUT_OF_HEAP = "heap out of memory"


@dataclass(frozen=True)
class LintLimits:
    """What one project may take, and when a worker is replaced."""

    cpu_s: float = 20.0
    """Processor time: a hostile script uses it up, a busy machine does not."""
    timeout_s: float = 90.0
    """Wall time after which the machine is too slow to say anything."""
    heap_mb: int = 384
    """Heap of V8: what is alive at once while a file is linted."""
    memory_mb: int = 768
    """Resident memory of the worker before it is killed."""
    recycle_mb: int = 256
    """A worker whose resident memory is above this after a project is replaced."""


@dataclass(frozen=True)
class Findings:
    """ESLint's findings: how many of each rule, and the first few of each."""

    errors: int = 0
    warnings: int = 0
    rules: Mapping[str, int] | None = None
    first: tuple[Failure, ...] = ()


class ESLint:
    """Lints with the packages in `modules` by the configuration `config` (its text).

    The worker starts with the first project and is replaced when it has grown or was
    ended. Projects take turns. `close` ends it.
    """

    def __init__(
        self, node: Path, modules: Path, config: str, sandbox: Sandbox, limits: LintLimits
    ) -> None:
        source = resources.files(__package__).joinpath("worker.mjs").read_text(encoding="utf-8")
        self._program = NodeProgram(
            source=source,
            node=node,
            modules=modules,
            memory_mb=limits.memory_mb,
            max_processes=64,
            max_reply=1 << 20,
            work_mb=16,
            flags=(
                f"--max-old-space-size={limits.heap_mb}",
                # Twice as large a nursery saves a tenth of the time and holds 30 MB more.
                "--max-semi-space-size=16",
            ),
            env={"WEBGEN_ESLINT": config},
        )
        self._sandbox = sandbox
        self._limits = limits
        self._worker: NodeWorker | None = None
        self._served = 0
        self._turn = asyncio.Lock()

    async def lint(self, files: Mapping[str, bytes]) -> Findings:
        """What ESLint says of scripts (path → content). Raises LintError or SandboxError."""
        fitting, too_large = _fitting(files)
        async with self._turn:
            answer = await self._ask(fitting)
        return _findings(answer, too_large)

    async def close(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.kill()

    async def _ask(self, files: Sequence[tuple[str, str]]) -> Answer:
        """A reply, or the limit that the scripts exceeded.

        A worker that ended otherwise is given a second chance, new: no code of the project
        runs in it. So is one that ran out of memory after it had served other projects; the
        second time nothing but this project can be at fault.
        """
        if not files:
            return {"errors": 0, "warnings": 0, "rules": {}, "found": []}
        ended, last_words = "", ""
        for _ in range(2):
            worker, served = await self._started(), self._served
            self._served += 1
            answer = await self._watched(worker, {"files": files, "keep": KEPT_PER_RULE})
            if not isinstance(answer, str):
                await self._recycle(answer)
                return answer
            self._worker = None
            ended, last_words = answer, worker.last_words
            if answer == "cpu" or (answer == "memory" and not served):
                return answer
            if answer == "time":
                break
        raise LintError(f"the lint worker ended ({ended}): {last_words[:300]}")

    async def _watched(self, worker: NodeWorker, job: Mapping[str, Any]) -> Answer:
        """Ask, and hold the worker to its processor time meanwhile."""
        last = worker.process.cpu_seconds() + self._limits.cpu_s
        asking = asyncio.create_task(worker.ask(job, self._limits.timeout_s))
        try:
            while not (await asyncio.wait([asking], timeout=LOOK_SECONDS))[0]:
                if worker.process.cpu_seconds() > last:
                    await worker.kill()
                    await asking
                    return "cpu"
            answer = asking.result()
        finally:
            if not asking.done():
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
        if answer == "died" and _OUT_OF_HEAP in worker.process.stderr_tail():
            return "memory"
        return answer

    async def _started(self) -> NodeWorker:
        if self._worker is None or not self._worker.alive:
            try:
                self._worker = await NodeWorker.start(self._sandbox, self._program)
            except NoStartError as error:
                raise LintError(f"the lint worker did not start: {error}") from error
            self._served = 0
        return self._worker

    async def _recycle(self, reply: Mapping[str, Any]) -> None:
        memory = reply.get("memory")
        if not isinstance(memory, int) or memory > self._limits.recycle_mb << 20:
            await self.close()


def _fitting(files: Mapping[str, bytes]) -> tuple[list[tuple[str, str]], tuple[Failure, ...]]:
    """Scripts that ESLint is given, and findings for those too large for anybody to read."""
    fitting, too_large, total = [], [], 0
    for path, content in sorted(files.items()):
        total += len(content)
        if len(content) > tsx.MAX_SOURCE_BYTES or total > MAX_TOTAL_BYTES:
            message = f"{len(content):,} bytes in one script, or all in all, are not linted"
            too_large.append(_failure(TOO_LARGE, message, path))
            total -= len(content)
        else:
            fitting.append((path, content.decode("utf-8", errors="replace")))
    return fitting, tuple(too_large)


def _findings(answer: Answer, too_large: tuple[Failure, ...]) -> Findings:
    if isinstance(answer, str):
        code, message = _ENDED[answer]
        ended = _failure(code, message)
        return _with(Findings(1, 0, {code: 1}, (ended,)), too_large)
    if answer.get("crash"):
        raise LintError(f"ESLint failed: {str(answer['crash'])[:300]}", code="lint-crash")
    try:
        found = tuple(_failure_of(one) for one in answer["found"])
        rules = {str(rule): int(count) for rule, count in answer["rules"].items()}
        told = Findings(int(answer["errors"]), int(answer["warnings"]), rules, found)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LintError(f"the lint worker's reply has no such form: {error}") from error
    return _with(told, too_large)


def _with(findings: Findings, too_large: tuple[Failure, ...]) -> Findings:
    """`findings` and those about size."""
    if not too_large:
        return findings
    return Findings(
        findings.errors + len(too_large),
        findings.warnings,
        Counter(findings.rules) + Counter({TOO_LARGE: len(too_large)}),
        (*too_large[:KEPT_PER_RULE], *findings.first),
    )


def _failure_of(one: Mapping[str, Any]) -> Failure:
    line = one["line"]
    return Failure(
        stage="static",
        code=str(one["rule"]),
        message=" ".join(str(one["message"]).split()),
        path=str(one["path"]),
        line=line if isinstance(line, int) and line > 0 else None,
        severity="error" if one["severity"] == "error" else "warning",
    )


def _failure(code: str, message: str, path: str | None = None) -> Failure:
    return Failure(stage="static", code=code, message=message, path=path)
