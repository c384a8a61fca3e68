"""Which sites are rated, and what is said when there are none."""

from pathlib import Path

import pytest

from rate_runs import TINY, write_run
from webgen_r1.errors import UserError
from webgen_r1.rate.sites import gather, pairs
from webgen_r1.traces import TraceWriter
from webgen_r1.types import Page, Trace


def test_what_rendered_is_rated_and_what_did_not_is_counted(tmp_path: Path) -> None:
    run = write_run(tmp_path / "alpha", {"shop": TINY, "zoo": None, "gym": TINY})
    found = gather([run])
    assert [site.name for site in found.sites] == ["alpha/shop", "alpha/gym"]
    assert found.unrendered == 1
    assert all(site.archive and site.archive.is_file() for site in found.sites)
    assert [picture.route for picture in found.sites[0].pictures] == ["/"]


def test_a_run_may_be_named_by_its_traces(tmp_path: Path) -> None:
    run = write_run(tmp_path / "alpha", {"shop": TINY})
    assert gather([run / "traces.jsonl"]) == gather([run])


def test_a_site_that_was_not_kept_is_shown_in_pictures(tmp_path: Path) -> None:
    found = gather([write_run(tmp_path / "alpha", {"shop": TINY}, keep=False)])
    assert found.still == 1
    assert found.sites[0].archive is None


def test_a_site_with_nothing_to_show_is_left_out(tmp_path: Path) -> None:
    bare = write_run(tmp_path / "bare", {"shop": TINY}, keep=False, picture=False)
    full = write_run(tmp_path / "full", {"shop": TINY})
    assert gather([bare, full]).unkept == 1
    with pytest.raises(UserError, match="1 were kept neither as site nor as picture"):
        gather([bare])


def test_an_id_scored_again_is_one_site(tmp_path: Path) -> None:
    run = write_run(tmp_path / "alpha", {"shop": TINY})
    page = Page(route="/new", status="ok", screenshot="shots/a.jpg")
    with TraceWriter(run / "traces.jsonl") as writer:
        writer.append(
            Trace(id="shop", digest="x", outcome="scored", stage="judge", reward=1, pages=(page,))
        )
    (site,) = gather([run]).sites
    assert site.pictures[0].route == "/new"


@pytest.mark.parametrize(
    "path", ["../secret.jpg", "/etc/passwd", "shots/../../secret.jpg", "shots/link.jpg", "a\0.jpg"]
)
def test_a_trace_cannot_show_a_file_of_another_folder(tmp_path: Path, path: str) -> None:
    run = write_run(tmp_path / "alpha", {"shop": TINY}, picture=False)
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (run / "shots" / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    page = Page(route="/", status="ok", screenshot=path)
    with TraceWriter(run / "traces.jsonl") as writer:
        writer.append(
            Trace(id="evil", digest="x", outcome="scored", stage="judge", reward=1, pages=(page,))
        )
    found = gather([run])
    assert [site.id for site in found.sites] == ["shop"]


def test_a_folder_without_traces_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no traces\.jsonl"):
        gather([tmp_path])


def test_no_rendered_site_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="2 did not render"):
        gather([write_run(tmp_path / "alpha", {"a": None, "b": None})])


def test_two_runs_of_one_name_cannot_be_told_apart(tmp_path: Path) -> None:
    runs = [write_run(tmp_path / one / "run", {"a": TINY}) for one in "xy"]
    with pytest.raises(UserError, match="called run"):
        gather(runs)


def test_pairs_are_made_of_every_two_runs_that_share_an_instruction(tmp_path: Path) -> None:
    runs = [
        write_run(tmp_path / "alpha", {"shop": TINY, "zoo": TINY}),
        write_run(tmp_path / "beta", {"zoo": TINY, "shop": TINY}),
        write_run(tmp_path / "gamma", {"shop": TINY, "zoo": None, "gym": TINY}),
    ]
    names = {(one.name, other.name) for one, other in pairs(gather(runs))}
    assert names == {
        ("alpha/shop", "beta/shop"),
        ("alpha/shop", "gamma/shop"),
        ("beta/shop", "gamma/shop"),
        ("alpha/zoo", "beta/zoo"),
    }


def test_samples_of_one_instruction_are_paired_in_order(tmp_path: Path) -> None:
    runs = [
        write_run(tmp_path / "alpha", {"shop.s1": TINY, "shop": TINY}, instruction="A shop"),
        write_run(tmp_path / "beta", {"shop": TINY}, instruction="A\n shop"),
    ]
    assert [(a.name, b.name) for a, b in pairs(gather(runs))] == [("alpha/shop", "beta/shop")]


def test_comparing_needs_two_runs_with_an_instruction_in_common(tmp_path: Path) -> None:
    alpha = write_run(tmp_path / "alpha", {"shop": TINY})
    beta = write_run(tmp_path / "beta", {"zoo": TINY})
    with pytest.raises(UserError, match="at least two runs"):
        pairs(gather([alpha]))
    with pytest.raises(UserError, match="no instruction in common"):
        pairs(gather([alpha, beta]))
