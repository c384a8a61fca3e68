"""The completion format: one parser, one writer.

    <think>why</think>
    <answer>
    <webArtifact id="shop" title="A shop">
    <webAction type="file" filePath="src/App.tsx">
    …
    </webAction>
    <webAction type="shell">npm install</webAction>
    <webAction type="start">npm run dev</webAction>
    </webArtifact>
    </answer>

`parse` takes any text and never raises; what is wrong is in its failures. `write` gives
the canonical text: ``parse(write(c)).completion == c``. How tags and bodies are read is
said in `webgen_r1.markup`. What a file holds: its body without the one newline after the
opening tag and without trailing blanks, exactly as written otherwise (CRLF too); a code
fence around the whole body is taken away, except in Markdown files. A CDATA body is taken
exactly as it is.

Of several artifacts the last complete one with files counts. Of several files with one
path, start actions, or attributes of a name, the last, the last, and the first count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from webgen_r1 import markup
from webgen_r1.errors import UserError
from webgen_r1.outline import Action, Artifact, Findings, Outline
from webgen_r1.paths import collision_key, safe_path
from webgen_r1.types import Completion, Failure

MAX_CHARACTERS = 8_000_000
"""A longer text is not read at all (`too-large`): a model writes some 30,000."""

_MARKDOWN = frozenset({".md", ".mdx", ".markdown"})
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Parsed:
    """A completion, what is wrong with its text, and whether it reasoned as asked.

    `reasoning`: exactly one non-empty think element, then exactly one non-empty answer
    element, and nothing but blanks around them.
    """

    completion: Completion
    failures: tuple[Failure, ...] = ()
    reasoning: bool = False


def parse(text: str) -> Parsed:
    """Read any text. Linear in its length; never raises."""
    findings = Findings(text)
    if len(text) > MAX_CHARACTERS:
        findings.error("too-large", f"the text has more than {MAX_CHARACTERS:,} characters", 0)
        return Parsed(Completion(), findings.failures())
    if _SURROGATE.search(text):
        findings.warning("not-utf8", "the text holds bytes that are not UTF-8", 0)
        text = findings.text = _SURROGATE.sub("\ufffd", text)
    outline = Outline(text, findings)
    artifact = _choose(outline.artifacts, findings)
    completion = Completion() if artifact is None else _assemble(artifact, findings)
    completion = replace(
        completion,
        think=outline.thinks[0].inner if outline.thinks else None,
        answered=artifact is not None and outline.answers_around(artifact.start),
    )
    return Parsed(completion, findings.failures(), outline.well_reasoned())


def _choose(artifacts: list[Artifact], findings: Findings) -> Artifact | None:
    if not artifacts:
        findings.error("no-artifact", "there is no <webArtifact> in the text", 0)
        return None
    with_files = [artifact for artifact in artifacts if artifact.has_files] or artifacts
    complete = [artifact for artifact in with_files if artifact.end in ("tag", "answer")]
    chosen = (complete or with_files)[-1]
    if len(artifacts) > 1:
        message = f"{len(artifacts)} artifacts; this one, the last complete one, counts"
        findings.warning("several-artifacts", message, chosen.start)
    if chosen.implied:
        findings.error("no-artifact", "actions stand outside of any <webArtifact>", chosen.start)
    if chosen.end == "text":
        last = chosen.actions[-1] if chosen.actions else None
        cut = last if last and not last.body.closed else None
        path = cut.attributes.get("filepath") if cut else None
        where = f"the {cut.kind or 'untyped'} action" if cut else "the artifact"
        findings.error("truncated", f"the text ends before {where} is closed", chosen.stop, path)
    return chosen


def _assemble(artifact: Artifact, findings: Findings) -> Completion:
    files = _Files(findings)
    shell: list[str] = []
    start: str | None = None
    for action in artifact.actions:
        if action.kind == "file":
            files.add(action)
        elif action.kind == "shell":
            shell.append(_body(action, None, findings))
        elif action.kind == "start":
            if start is not None:
                findings.warning("duplicate-start", "another start action; it counts", action.start)
            start = _body(action, None, findings)
        else:
            what = f"action type {action.kind[:40]!r} is unknown" if action.kind else "no type"
            findings.warning("unknown-action", f"{what}; the action is left out", action.start)
    if not files.contents:
        findings.error("no-files", "the artifact holds no file", artifact.start)
    return Completion(
        artifact_id=artifact.attributes.get("id"),
        title=artifact.attributes.get("title"),
        files=files.contents,
        shell=tuple(shell),
        start=start,
    )


class _Files:
    """The files of an artifact, path by path."""

    def __init__(self, findings: Findings) -> None:
        self.contents: dict[str, bytes] = {}
        self._findings = findings
        self._folders: set[str] = set()
        self._spellings: dict[str, str] = {}

    def add(self, action: Action) -> None:
        raw = action.attributes.get("filepath")
        if not raw:
            self._findings.error("missing-path", "a file action has no filePath", action.start)
            return
        path = safe_path(raw)
        if path is None:
            message = f"{raw[:100]!r} is not a safe relative path; the file is left out"
            self._findings.error("unsafe-path", message, action.start)
            return
        parents = [str(parent) for parent in PurePosixPath(path).parents]
        if path in self._folders or any(parent in self.contents for parent in parents):
            message = f"{path} is both a file and a folder; the later one is left out"
            self._findings.error("path-conflict", message, action.start, path)
            return
        self._report_doubles(path, action.start)
        self._folders.update(parents)
        self.contents[path] = _body(action, path, self._findings).encode()

    def _report_doubles(self, path: str, offset: int) -> None:
        if path in self.contents:
            message = f"{path} is written again; the last version counts"
            self._findings.warning("duplicate-file", message, offset, path)
        other = self._spellings.setdefault(collision_key(path), path)
        if other != path:
            message = f"{path} and {other} are one file where case does not matter"
            self._findings.warning("case-collision", message, offset, path)


def _body(action: Action, path: str | None, findings: Findings) -> str:
    if action.body.cdata or not (path is None or _unfences(path)):
        return action.body.text
    inner = markup.unfence(action.body.text)
    if inner is None:
        return action.body.text
    findings.warning("fenced", "a code fence around the body is taken away", action.start, path)
    return inner


def write(completion: Completion) -> str:
    """The canonical text of a completion. Raises UserError for what no text can say.

    That is: a file that is not UTF-8, a path that is not safe or not normalised, a file
    where another path needs a folder, and characters that Unicode reserves (surrogates).
    """
    attributes = "".join(
        f" {name}={markup.quote(value)}"
        for name, value in (("id", completion.artifact_id), ("title", completion.title))
        if value is not None
    )
    lines = [f"<webArtifact{attributes}>"]
    folders = {str(parent) for path in completion.files for parent in PurePosixPath(path).parents}
    for path, content in completion.files.items():
        if safe_path(path) != path or path in folders:
            raise UserError(f"cannot write a completion: {path!r} is not a usable path")
        lines.append(
            f'<webAction type="file" filePath={markup.quote(path)}>'
            f"{markup.encode_file(_decode(path, content), fence=_unfences(path))}</webAction>"
        )
    commands = [("shell", command) for command in completion.shell]
    commands += [("start", completion.start)] if completion.start is not None else []
    for kind, command in commands:
        lines.append(f'<webAction type="{kind}">{markup.encode_command(command)}</webAction>')
    lines.append("</webArtifact>")
    if completion.answered:
        lines = ["<answer>", *lines, "</answer>"]
    if completion.think is not None:
        lines.insert(0, f"<think>{markup.encode_think(completion.think)}</think>")
    text = "\n".join(lines) + "\n"
    if _SURROGATE.search(text):
        raise UserError("cannot write a completion: it holds characters that are not Unicode text")
    return text


def _decode(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"cannot write a completion: {path} is not UTF-8 text") from error


def _unfences(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() not in _MARKDOWN
