"""The values that flow from stage to stage, in the order of the flow.

    instruction ─► Completion ─► Project ─► BuildResult ─► RenderResult ─► Verdict ─► Trace

Everything here is frozen. What ends in a `Trace` is a pydantic model (it is written
to disk and read back); what only travels between stages is a plain dataclass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Stage = Literal["parse", "static", "build", "render", "judge"]
Outcome = Literal["scored", "infra_failure"]
Mode = Literal["full", "slots"]

STAGES: tuple[Stage, ...] = ("parse", "static", "build", "render", "judge")


class Frozen(BaseModel):
    """Base of every record: immutable, and strict about unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Failure(Frozen):
    """One thing that is wrong with a completion, said so that a person can act on it.

    `error` fails its stage; `warning` is only reported.
    """

    stage: Stage
    code: str
    message: str
    path: str | None = None
    line: int | None = Field(default=None, ge=1)
    severity: Literal["error", "warning"] = "error"


# ── in: what is asked, what came back ───────────────────────────────────────────────


class Instruction(Frozen):
    """One task: build this website."""

    id: str
    text: str
    meta: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True)
class Completion:
    """What the model said, as parsed: the value that `completion.write` turns into text.

    `files` maps a safe relative POSIX path to the bytes the model wrote there.
    `think` is None where there is no think element; `answered` says whether an answer
    element encloses the artifact.
    """

    think: str | None = None
    answered: bool = False
    artifact_id: str | None = None
    title: str | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    shell: tuple[str, ...] = ()
    start: str | None = None


@dataclass(frozen=True)
class Generated:
    """What a generator gave: `text` as it came, its length in the model's own tokens if known.

    `cut` says that the limit on its length ended it. `model` is the name the endpoint gave.
    """

    text: str
    tokens: int | None = None
    seconds: float = 0.0
    cut: bool = False
    model: str = ""


@dataclass(frozen=True)
class Project:
    """A tree of source files, ready to be checked and built. Paths are safe and relative."""

    files: Mapping[str, bytes]
    artifact_id: str | None = None
    title: str | None = None
    shell: tuple[str, ...] = ()
    start: str | None = None

    def text(self, path: str) -> str:
        """The file as text; bytes that are not UTF-8 become U+FFFD. Raises KeyError."""
        return self.files[path].decode("utf-8", errors="replace")

    @cached_property
    def digest(self) -> str:
        """SHA-256 over paths and contents, independent of the order of files."""
        return tree_digest(self.files)


@dataclass(frozen=True)
class StaticReport:
    """What the static rules found. `passed` says for each rule that applied whether it held."""

    failures: tuple[Failure, ...] = ()
    passed: Mapping[str, bool] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return all(self.passed.values())


def tree_digest(files: Mapping[str, bytes]) -> str:
    """SHA-256 over (path, length, content) of every file in path order."""
    sha = hashlib.sha256()
    for path in sorted(files):
        sha.update(f"{path}\0{len(files[path])}\0".encode())
        sha.update(files[path])
    return sha.hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 of a completion's text; lone surrogates are hashed as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# ── build ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class BuildResult:
    """A bundle (`site`: path → bytes of the dist folder), or the reasons there is none.

    `progress` in [0, 1] is how far a failed build came (0 nothing, ~0.5 dependencies
    resolved, then the share of modules transformed); 1.0 for a bundle. `base` is the
    public path of Vite's config, under which the site must be served.
    """

    site: Mapping[str, bytes] | None
    failures: tuple[Failure, ...] = ()
    progress: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    base: str = "/"

    @property
    def ok(self) -> bool:
        return self.site is not None


# ── render ──────────────────────────────────────────────────────────────────────────

PageStatus = Literal["ok", "blank", "error", "timeout", "crashed", "unreachable"]


class Page(Frozen):
    """What was seen on one route.

    `status`: `ok` it shows something; `blank` nothing visible; `error` an uncaught
    exception or an error boundary left nothing useful; `timeout` it did not come to
    rest; `crashed` the tab died; `unreachable` neither navigation led there.
    `via` says which ways of arriving worked. Screenshot paths are relative to the
    folder of the trace file, None when pictures were not kept.
    """

    route: str
    status: PageStatus
    title: str = ""
    screenshot: str | None = None
    screenshot_full: str | None = None
    via: tuple[Literal["link", "direct"], ...] = ()
    console_errors: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    failed_requests: tuple[str, ...] = ()
    external_requests: tuple[str, ...] = ()
    broken_links: tuple[str, ...] = ()
    text: str = ""
    metrics: dict[str, float] = Field(default_factory=dict)


@dataclass(frozen=True)
class Box:
    """One visible element of a rendered page; lengths in CSS pixels, page coordinates.

    `color` and `background` are opaque sRGB triples 0–255; `background` is what shows
    behind the element's text (its own or the nearest painted ancestor's), None over an
    image or gradient. `text` is the element's own text, not its children's. `parent`
    is the index of the nearest listed ancestor, -1 for none. `clipped` says that text
    overflows the element's own box and is cut or spills.
    """

    tag: str
    x: float
    y: float
    width: float
    height: float
    color: tuple[int, int, int]
    background: tuple[int, int, int] | None
    font_size: float
    font_weight: int
    text: str = ""
    own_background: tuple[int, int, int] | None = None
    parent: int = -1
    clickable: bool = False
    clipped: bool = False
    radius: float = 0.0
    border: bool = False
    shadow: bool = False
    role: str = ""
    font_family: str = ""
    text_align: str = "start"
    padding: float = 0.0


@dataclass(frozen=True)
class PageFacts:
    """Measurements of one rendered page, in document order; input of the design judge."""

    width: float
    height: float
    scroll_width: float
    boxes: tuple[Box, ...] = ()
    palette: tuple[tuple[tuple[int, int, int], float], ...] = ()  # colour, share of viewport
    images: int = 0
    broken_images: int = 0
    style_rules: int = 0
    truncated: bool = False


@dataclass(frozen=True)
class RenderedPage:
    """A `Page` with what is too heavy for a trace: pictures and measurements."""

    page: Page
    viewport_image: bytes | None = None
    full_image: bytes | None = None
    facts: PageFacts | None = None


@dataclass(frozen=True)
class RenderResult:
    """Every visited route, the landing page first, and what is wrong across them."""

    pages: tuple[RenderedPage, ...]
    failures: tuple[Failure, ...] = ()
    image_type: Literal["jpeg", "png"] = "jpeg"
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def rendered(self) -> bool:
        """Whether the landing page shows something (VRR of the paper, section 4.1)."""
        return bool(self.pages) and self.pages[0].page.status == "ok"


# ── lint and checks: evidence beside the cascade ────────────────────────────────────


class LintReport(Frozen):
    """What ESLint and the dependency checks found in one project (LDPR).

    `rules` counts ESLint's findings of either severity by rule; `failures` holds the
    errors of both kinds, the first few of each rule, `severity` telling which count.
    """

    eslint_errors: int = Field(default=0, ge=0)
    eslint_warnings: int = Field(default=0, ge=0)
    dependency_errors: int = Field(default=0, ge=0)
    rules: dict[str, int] = Field(default_factory=dict)
    failures: tuple[Failure, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether neither ESLint nor the dependency checks found an error."""
        return not (self.eslint_errors or self.dependency_errors)


class Check(Frozen):
    """One deterministic test of how a built site behaves.

    `absent`: the site has nothing that the check is about (no form, no search field).
    `examples` name what failed, a few of them, in words a person can find on the page.
    """

    code: str
    status: Literal["pass", "fail", "absent"]
    message: str = ""
    route: str | None = None
    examples: tuple[str, ...] = ()


class PaintedColour(Frozen):
    """A colour that was really painted. `share` of the pages' area (0-1) in its role."""

    rgb: tuple[int, int, int]
    share: float = Field(ge=0)
    what: tuple[str, ...] = ()
    """Kinds of element that carry it: page, section, card, button, header, ..."""


class NavEntry(Frozen):
    """One entry of the site's navigation, tried by clicking it.

    `reached`: it led to a page or place of its own. `same`: nothing changed. `dead`: a page
    that shows nothing of its own. `error`: the page it led to failed. `external`: it leads
    off the site, which is not followed. `back`: the way home worked from there.
    """

    label: str
    target: str
    outcome: Literal["reached", "same", "dead", "error", "external"]
    back: bool = False


class CheckReport(Frozen):
    """What was verified on a built site without a model."""

    checks: tuple[Check, ...] = ()
    navigation: tuple[NavEntry, ...] = ()
    backgrounds: tuple[PaintedColour, ...] = ()
    components: tuple[PaintedColour, ...] = ()

    @property
    def share(self) -> float | None:
        """Share of the checks that apply which passed; None where none applies."""
        tried = [check for check in self.checks if check.status != "absent"]
        passed = sum(check.status == "pass" for check in tried)
        return passed / len(tried) if tried else None


# ── judge ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class JudgeRequest:
    """What a judge may see. `instruction` is None where nobody said what was asked."""

    instruction: str | None
    pages: tuple[RenderedPage, ...]
    image_type: Literal["jpeg", "png"] = "jpeg"


class Verdict(Frozen):
    """A grade 0–5 with its reasons. `parts` are sub-grades in [0, 1] by name."""

    judge: str
    score: float = Field(ge=0, le=5)
    reasons: tuple[str, ...] = ()
    parts: dict[str, float] = Field(default_factory=dict)
    draws: tuple[float, ...] = ()
    cached: bool = False
    model: str = ""
    """Name that the judge's endpoint gave to what answered; "" for a judge without one."""
    panel: tuple[Verdict, ...] = ()
    """Where several judges looked: the verdict of each, the first being this one's score."""


# ── out ─────────────────────────────────────────────────────────────────────────────


class Components(Frozen):
    """Terms of the reward (paper, section 3.3): None where the cascade did not get there."""

    visual: float | None = None
    functional: float | None = None
    reasoning: float | None = None
    static: float | None = None
    checks: float | None = None


class Infra(Frozen):
    """Why we could not find out."""

    stage: Stage
    code: str
    message: str


class Trace(Frozen):
    """Everything that is known about one scored completion. One line of JSONL."""

    schema_version: Literal[1] = 1
    id: str
    instruction: str | None = None
    digest: str
    mode: Mode = "full"
    outcome: Outcome
    stage: Stage
    reward: float | None
    components: Components = Components()
    failures: tuple[Failure, ...] = ()
    pages: tuple[Page, ...] = ()
    verdict: Verdict | None = None
    lint: LintReport | None = None
    checks: CheckReport | None = None
    site: str | None = None
    """The built site, kept as a zip beside the traces (`reward.artifacts`)."""
    infra: Infra | None = None
    title: str | None = None
    files: dict[str, int] = Field(default_factory=dict)
    timings: dict[str, float] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
