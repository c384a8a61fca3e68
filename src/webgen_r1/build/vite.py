"""`ViteBuilder`: project in, bundle or reasons out, by real Vite in warm sandboxed workers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import TracebackType
from typing import Any, Self

from webgen_r1.build.config_files import why_unusual
from webgen_r1.build.pool import WorkerPool
from webgen_r1.build.request import PACKAGE_JSON
from webgen_r1.build.store import DependencyStore, Tree
from webgen_r1.build.worker import Job, Reply, Worker
from webgen_r1.config import BuildConfig
from webgen_r1.errors import BuildInfraError
from webgen_r1.sandbox import Ended, Sandbox
from webgen_r1.scaffold import Scaffold
from webgen_r1.types import BuildResult, Failure, Project

MODULE = re.compile(r"\.(?:[cm]?[jt]sx?|css)$")
WARM_UP_SECONDS = 60.0
RESOLVED = 0.5
"""Progress of a build whose dependencies were there and whose modules were not yet read."""
QUOTED = re.compile(r"""["'`]([^"'`]+)["'`]""")
CODES = re.compile(r"[a-z][a-z-]{0,40}")
SIDE_EFFECTS = re.compile(rb"sideEffects|treeshake")


class ViteBuilder:
    """`Builder` for real projects. Entering starts the workers; leaving ends them all."""

    def __init__(
        self, config: BuildConfig, scaffold: Scaffold, sandbox: Sandbox, store: DependencyStore
    ) -> None:
        self._config = config
        self._scaffold = scaffold
        self._sandbox = sandbox
        self._store = store
        self._usual: Tree | None = None
        self._pool: WorkerPool[Worker] | None = None

    async def __aenter__(self) -> Self:
        """Raises StoreError before `webgen setup`, SandboxError, or BuildInfraError."""
        usual = await self._store.tree_for(self._scaffold.package, self._scaffold, "store")
        if isinstance(usual, Failure):
            raise BuildInfraError(f"the scaffold's own packages do not fit: {usual.message}")
        self._usual = usual
        self._pool = WorkerPool(self._config.workers, usual, self._start)
        await self._pool.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def build(self, project: Project) -> BuildResult:
        """See `Builder`. Raises StoreError, SandboxError, BuildInfraError or DiskError."""
        tree = await self._store.tree_for(
            project.files.get(PACKAGE_JSON), self._scaffold, self._config.policy
        )
        if isinstance(tree, Failure):
            return BuildResult(None, (tree,))
        if "vite" not in tree.packages:
            missing = _failure("vite-missing", "package.json declares no vite", PACKAGE_JSON)
            return BuildResult(None, (missing,), RESOLVED)
        run = await self._run(project, tree)
        return _result(run, project, tree)

    async def _run(self, project: Project, tree: Tree) -> _Run:
        """Build, once more in a fresh worker where the worker may be to blame, not the project."""
        assert self._pool is not None, "use `async with`"
        unusual = why_unusual(project) is not None
        job = _job(project, tree)
        for fresh in (False, True):
            async with self._pool.lease(tree, fresh=fresh) as lease:
                worker = lease.worker
                served_before = worker.built > 0
                answer = await worker.build(job, self._config.timeout_s)
                lease.keep = (
                    not unusual
                    and isinstance(answer, Reply)
                    and answer.memory_mb <= self._config.recycle_mb
                )
            run = _Run(answer, worker.vite or "", self._store.node.text, unusual)
            if not _doubtful(answer, unusual, served_before):
                return run
        if run.answer in ("died", "garbled") and not self._proven(tree):
            raise BuildInfraError(f"a build worker died twice: {worker.last_words[:300]}")
        if run.answer == "time" and worker.starved:
            raise BuildInfraError(
                "the machine is too busy: a build ran out of time and had hardly run"
            )
        return run

    def _proven(self, tree: Tree) -> bool:
        """Whether a fresh worker of the tree has built the starter: what ends it then is the
        project, as deep nesting does that overflows a compiler's stack."""
        return self._usual is not None and tree.key == self._usual.key

    async def _start(self, tree: Tree) -> Worker:
        """A worker of `tree`. One of the scaffold's has built the starter, and so is warm."""
        worker = await Worker.start(tree, self._store.node, self._sandbox, self._config)
        if self._usual is None or tree.key != self._usual.key:
            return worker
        try:
            starter = Project(self._scaffold.files)
            answer = await worker.build(_job(starter, self._usual), WARM_UP_SECONDS)
        except BaseException:
            await worker.kill()
            raise
        if not isinstance(answer, Reply):
            raise BuildInfraError(f"a build worker could not build the starter: {answer}")
        worker.built = 0
        return worker


def _doubtful(answer: Reply | Ended, unusual: bool, served_before: bool) -> bool:
    """Whether a worker's end may have been the worker's or the machine's doing."""
    match answer:
        case "memory":
            return served_before
        case "time":
            return not unusual  # nothing in it can loop; a busy machine can be slow
        case "died" | "garbled":
            return not unusual
        case _:
            return False


@dataclass(frozen=True)
class _Run:
    """What came of one build, and what it was built with."""

    answer: Reply | Ended
    vite: str
    node: str
    unusual: bool


def _job(project: Project, tree: Tree) -> Job:
    # npm would prune a node_modules that came with the project.
    files = {
        path: content
        for path, content in project.files.items()
        if "node_modules" not in PurePosixPath(path).parts
    }
    # Skipping re-exports that nobody uses saves a third of the work (1,400 icons) and gives
    # the same verdict where every skipped module is known to compile. That holds for the
    # scaffold's packages. It would not for the project's own files; those are skipped only
    # where one of them declares itself free of side effects, and then nothing is.
    lazy = tree.trusted and not any(SIDE_EFFECTS.search(content) for content in files.values())
    return Job(files, tree.packages, lazy)


ENDED: Mapping[Ended, tuple[str, str]] = {
    "time": ("build-timeout", "the build did not end in time"),
    "memory": ("build-memory", "the build used more memory than allowed"),
    "processes": ("build-processes", "the build started more processes than allowed"),
    "output": ("build-output-size", "the build wrote more than allowed"),
    "died": ("config-error", "the project's configuration ended the build process"),
    "garbled": ("config-error", "the project's configuration interfered with the build"),
}


def _result(run: _Run, project: Project, tree: Tree) -> BuildResult:
    versions = {"vite": run.vite, "node": run.node, "tree": tree.key}
    answer = run.answer
    if not isinstance(answer, Reply):
        ended = ENDED[answer]
        if answer in ("died", "garbled") and not run.unusual:
            ended = ("build-crash", "building this project ends the bundler itself")
        return BuildResult(None, (_failure(*ended),), RESOLVED, versions)
    if answer.site is not None:
        if not answer.site:
            empty = _failure("build-empty", "the build wrote no file")
            return BuildResult(None, (empty,), RESOLVED, versions)
        return BuildResult(answer.site, (), 1.0, versions, answer.base)
    failures = tuple(_finding(error, project) for error in answer.errors)
    if answer.too_large:
        failures = (_failure(*ENDED["output"]),)
    failures = failures or (_failure("build-error", "the build failed without a reason"),)
    return BuildResult(None, failures, _progress(answer, project), versions)


def _progress(reply: Reply, project: Project) -> float:
    """Half for the dependencies, the rest for the share of the project's modules reached."""
    modules = {path for path in project.files if MODULE.search(path) and path.startswith("src/")}
    if not modules:
        return RESOLVED
    return RESOLVED + (1 - RESOLVED) * len(modules & set(reply.modules)) / len(modules) * 0.98


def _finding(error: Mapping[str, Any], project: Project) -> Failure:
    """A worker's error as a finding; what is not of the expected form is left out."""
    code, path, line = error.get("code"), error.get("path"), error.get("line")
    message = str(error.get("message") or "no message")[:500]
    if not isinstance(path, str) or path not in project.files:
        path, line = None, None
    return Failure(
        stage="build",
        code=code if isinstance(code, str) and CODES.fullmatch(code) else "build-error",
        message=message,
        path=path,
        line=None if path is None else _line(project, path, line, message),
    )


def _line(project: Project, path: str, line: object, message: str) -> int | None:
    """The line at fault, from 1.

    The bundler counts lines of what the compiler made of the file, where imports have
    moved. The first thing quoted in the message is in the source, so it is looked for
    where the line that was told does not have it.
    """
    lines = project.text(path).splitlines()
    told = line if isinstance(line, int) and 0 < line <= len(lines) else None
    quoted = QUOTED.search(message)
    if quoted is None or (told is not None and quoted[1] in lines[told - 1]):
        return told
    found = (number for number, text in enumerate(lines, 1) if quoted[1] in text)
    return next(found, told)


def _failure(code: str, message: str, path: str | None = None) -> Failure:
    return Failure(stage="build", code=code, message=message, path=path)
