"""Runs and ratings for the tests of human alignment."""

from datetime import UTC, datetime
from pathlib import Path

from webgen_r1.rate.records import Choice, Grade, Preference
from webgen_r1.traces import TraceWriter
from webgen_r1.types import Components, Trace, Verdict

AT = datetime(2026, 11, 21, tzinfo=UTC)


def grade(rater: str, site: str, score: int, *, repeat: bool = False) -> Grade:
    return Grade(rater=rater, site=site, score=score, at=AT, repeat=repeat)


def choice(rater: str, a: str, b: str, said: Preference, *, repeat: bool = False) -> Choice:
    return Choice(rater=rater, a=a, b=b, choice=said, at=AT, repeat=repeat)


def site(name: str, reward: float, **fields: object) -> Trace:
    trace = Trace(
        id=name,
        digest="d",
        outcome="scored",
        stage="judge",
        reward=reward,
        components=Components(visual=reward - 0.1, functional=1.0),
        verdict=Verdict(judge="design/1", score=reward - 0.1, parts={"contrast": reward / 5}),
    )
    return trace.model_copy(update=fields)


def run(folder: Path, *traces: Trace) -> Path:
    with TraceWriter(folder / "traces.jsonl") as writer:
        for trace in traces:
            writer.append(trace)
    return folder
