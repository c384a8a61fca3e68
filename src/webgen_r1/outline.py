"""The outline of a completion text: think and answer elements, artifacts and their actions.

Says what stands where, and notes what is sloppy; what it means is for `completion`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from webgen_r1.markup import STRUCTURE, Body, Reader, attributes
from webgen_r1.types import Failure

MAX_TAGS = 10_000
"""Tags read at most, bodies left aside; after that a text is noise (`too-large`)."""

MAX_FAILURES_PER_CODE = 20
_FENCE = re.compile(r"```[\w+.#-]*")


class Findings:
    """Collects the failures of one text; the first few of each code are enough."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: list[tuple[int, Failure]] = []
        self._count: Counter[str] = Counter()

    def error(self, code: str, message: str, offset: int, path: str | None = None) -> None:
        self._add(code, message, offset, path, "error")

    def warning(self, code: str, message: str, offset: int, path: str | None = None) -> None:
        self._add(code, message, offset, path, "warning")

    def failures(self) -> tuple[Failure, ...]:
        """In the order of the text."""
        return tuple(failure for _, failure in sorted(self._found, key=lambda found: found[0]))

    def _add(
        self,
        code: str,
        message: str,
        offset: int,
        path: str | None,
        severity: Literal["error", "warning"],
    ) -> None:
        self._count[code] += 1
        if self._count[code] > MAX_FAILURES_PER_CODE:
            return
        line = self.text.count("\n", 0, offset) + 1
        failure = Failure(
            stage="parse", code=code, message=message, path=path, line=line, severity=severity
        )
        self._found.append((offset, failure))


@dataclass(frozen=True)
class Element:
    """A think or answer element: where it stands, and what it holds."""

    start: int
    end: int
    inner: str


@dataclass(frozen=True)
class Action:
    """An action as written. `kind` is its type in lower case; a path alone makes a file."""

    start: int
    kind: str
    attributes: dict[str, str]
    body: Body


@dataclass
class Artifact:
    """An artifact as written.

    `end` is what ended it: its closing tag, the end of the answer, another artifact, or
    the text (at `stop`). `implied` where actions stand without an artifact.
    """

    start: int
    attributes: dict[str, str]
    implied: bool = False
    end: Literal["tag", "answer", "artifact", "text"] = "text"
    stop: int = 0
    actions: list[Action] = field(default_factory=list)

    @property
    def has_files(self) -> bool:
        return any(action.kind == "file" for action in self.actions)


class Outline:
    """Reads a text from left to right, one tag of the format after the other."""

    def __init__(self, text: str, findings: Findings) -> None:
        self.thinks: list[Element] = []
        self.answers: list[Element] = []
        self.artifacts: list[Artifact] = []
        self._text = text
        self._findings = findings
        self._reader = Reader(text)
        self._artifact: Artifact | None = None  # the one that is open
        self._answer: re.Match[str] | None = None  # the opening tag of the one that is open
        self._unclosed_think: int | None = None
        self._stray_tags = 0
        self._read()

    def answers_around(self, offset: int) -> bool:
        """Whether a closed answer element encloses what stands at `offset`."""
        return any(answer.start <= offset < answer.end for answer in self.answers)

    def well_reasoned(self) -> bool:
        """One think, then one answer, neither empty, and only blanks around them."""
        if len(self.thinks) != 1 or len(self.answers) != 1 or self._stray_tags:
            return False
        think, answer = self.thinks[0], self.answers[0]
        around = (
            self._text[: think.start],
            self._text[think.end : answer.start],
            self._text[answer.end :],
        )
        filled = think.inner.strip() and answer.inner.strip()
        return bool(filled) and think.end <= answer.start and not any(map(str.strip, around))

    def _read(self) -> None:
        position = 0
        for _ in range(MAX_TAGS):
            tag = STRUCTURE.search(self._text, position)
            self._look_outside(position, tag.start() if tag else len(self._text))
            if tag is None:
                break
            position = self._take(tag)
        else:
            message = f"the text has more than {MAX_TAGS:,} tags; the rest is not read"
            self._findings.error("too-large", message, position)
        self._finish()

    def _take(self, tag: re.Match[str]) -> int:
        """Enter what `tag` begins or ends. Returns where to read on."""
        if tag["comment"]:
            return self._reader.comment_end(tag.end()) or tag.end()
        if tag["element"]:
            return self._take_element(tag)
        if tag["close"]:
            if tag["close"].lower() == "webartifact":
                self._close_artifact("tag", tag.start())
            return tag.end()
        if tag["open"].lower() == "webaction":
            return self._take_action(tag)
        self._close_artifact("artifact", tag.start())
        self._artifact = Artifact(tag.start(), attributes(tag["attributes"]))
        self.artifacts.append(self._artifact)
        if tag["empty"]:
            self._close_artifact("tag", tag.end())
        return tag.end()

    def _take_element(self, tag: re.Match[str]) -> int:
        name = tag["element"].lower()
        if name == "think":
            body = self._reader.element(tag.end(), "think")
            if body:
                self.thinks.append(Element(tag.start(), body.resume, body.text))
                return body.resume
            if self._unclosed_think is None:
                self._unclosed_think = tag.start()
        elif name == "answer" and self._answer is None:
            self._answer = tag
            return tag.end()
        elif name == "/answer" and self._answer is not None:
            opening, self._answer = self._answer, None
            inner = self._text[opening.end() : tag.start()]
            self.answers.append(Element(opening.start(), tag.end(), inner))
            self._close_artifact("answer", tag.start())
            return tag.end()
        self._stray_tags += 1
        return tag.end()

    def _take_action(self, tag: re.Match[str]) -> int:
        found = attributes(tag["attributes"])
        kind = found.get("type", "file" if "filepath" in found else "").strip().lower()
        if tag["empty"]:
            body = Body("", tag.end(), True)
        elif kind in ("shell", "start"):
            body = self._reader.command(tag.end())
        else:
            body = self._reader.file(tag.end())
        artifact = self._home(tag)
        artifact.actions.append(Action(tag.start(), kind, found, body))
        if not body.closed and body.resume < len(self._text):
            message = "the action is never closed; it is taken to end before the next tag"
            self._findings.warning("unclosed-action", message, tag.start(), found.get("filepath"))
        return body.resume

    def _home(self, tag: re.Match[str]) -> Artifact:
        """The artifact an action belongs to: the open one, else the last, else an implied one."""
        if self._artifact:
            return self._artifact
        if self.artifacts:
            message = "the action stands after the end of its artifact"
            self._findings.warning("action-outside", message, tag.start())
            return self.artifacts[-1]
        self._artifact = Artifact(tag.start(), {}, implied=True)
        self.artifacts.append(self._artifact)
        return self._artifact

    def _close_artifact(self, end: Literal["tag", "answer", "artifact", "text"], at: int) -> None:
        if self._artifact is None:
            return
        self._artifact.end, self._artifact.stop = end, at
        if end in ("answer", "artifact"):
            message = f"the artifact is never closed; the next {end} tag ends it"
            self._findings.warning("unclosed-artifact", message, self._artifact.start)
        self._artifact = None

    def _look_outside(self, start: int, end: int) -> None:
        """Note text where only markup should be."""
        between = self._text[start:end]
        if not between.strip():
            return
        if "```" in between:
            offset = start + between.index("```")
            self._findings.warning("fenced", "a code fence around the answer is ignored", offset)
            between = _FENCE.sub(lambda fence: " " * len(fence[0]), between)
        if between.strip():
            offset = end - len(between.lstrip())
            self._findings.warning("text-outside", "text outside of the elements", offset)

    def _finish(self) -> None:
        end = len(self._text.rstrip())
        self._close_artifact("text", end)
        inside = "answer" if self._answer else None
        if self._unclosed_think is not None:
            self._findings.warning("unclosed-think", "<think> is not closed", self._unclosed_think)
            inside = "think"
        if inside and not self.artifacts:
            self._findings.error("truncated", f"the text ends inside <{inside}>", end)
        elif self._answer:
            start = self._answer.start()
            self._findings.warning("unclosed-answer", "<answer> is not closed", start)
