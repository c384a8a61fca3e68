"""Traces for the tests of the report."""

from webgen_r1.types import Components, Failure, Infra, Page, Trace, Verdict


def good(name: str, reward: float = 4.2, **fields: object) -> Trace:
    page = Page(route="/", status="ok", title="Home", screenshot="shots/a.jpg")
    trace = Trace(
        id=name,
        instruction="Build a shop",
        digest="ab" * 32,
        outcome="scored",
        stage="judge",
        reward=reward,
        components=Components(visual=reward - 0.2, functional=1.0, reasoning=1.0, static=1.0),
        pages=(page,),
        verdict=Verdict(judge="design/1", score=reward - 0.2, parts={"contrast": 0.5}),
        timings={"build": 0.5, "render": 0.5},
        versions={"preset": "paper", "judge": "design/1"},
    )
    return trace.model_copy(update=fields)


def unbuilt(name: str) -> Trace:
    failure = Failure(
        stage="build", code="missing-export", message="no NoSuchIcon", path="src/App.tsx", line=3
    )
    return Trace(
        id=name, digest="cd", outcome="scored", stage="build", reward=0.1, failures=(failure,)
    )


def outage(name: str) -> Trace:
    return Trace(
        id=name,
        digest="ef",
        outcome="infra_failure",
        stage="judge",
        reward=None,
        infra=Infra(stage="judge", code="judge", message="401 from the endpoint"),
    )
