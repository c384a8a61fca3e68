"""The ratings file and the desk: nothing given is lost, a later rating replaces an earlier."""

from pathlib import Path

import pytest

from webgen_r1.errors import DiskError, UserError
from webgen_r1.rate.desk import Desk, rater_name
from webgen_r1.rate.order import Subject
from webgen_r1.rate.records import Choice, Grade, read_all, read_ratings
from webgen_r1.rate.sites import RatedSite
from webgen_r1.rate.store import RatingsFile


def site(name: str) -> RatedSite:
    return RatedSite(name, name.partition("/")[0], name, None, Path("x.zip"), ())


SITES: list[Subject] = [(site(f"alpha/{n}"),) for n in range(6)]
PAIRS: list[Subject] = [(site(f"alpha/{n}"), site(f"beta/{n}")) for n in range(8)]


def test_a_rating_is_on_the_disk_at_once(tmp_path: Path) -> None:
    with RatingsFile(tmp_path / "r.jsonl") as file:
        desk = Desk(SITES, file)
        desk.rate("ann", 0, 4, 12.5, "neat")
        (rating,) = read_ratings([file.path])
    assert isinstance(rating, Grade)
    assert (rating.rater, rating.score, rating.seconds) == ("ann", 4, 12.5)
    assert rating.comment == "neat"
    assert rating.site == desk.tasks("ann")[0].sites[0].name


def test_a_rater_goes_on_where_they_stopped(tmp_path: Path) -> None:
    for number in range(6):
        with RatingsFile(tmp_path / "r.jsonl") as file:
            desk = Desk(SITES, file)
            assert desk.first_open("ann") == number
            assert desk.first_open("bob") == 0
            desk.rate("ann", number, 3, None, None)
    with RatingsFile(tmp_path / "r.jsonl") as file:
        assert Desk(SITES, file).first_open("ann") is None


def test_a_later_rating_replaces_the_earlier(tmp_path: Path) -> None:
    with RatingsFile(tmp_path / "r.jsonl") as file:
        desk = Desk(SITES, file)
        desk.rate("ann", 0, 1, None, None)
        desk.rate("ann", 0, 5, None, None)
        assert desk.answer("ann", 0) == 5
        assert desk.tally("ann") == {"5": 1}
    (rating,) = read_ratings([tmp_path / "r.jsonl"])
    assert isinstance(rating, Grade)
    assert rating.score == 5


def test_a_repeat_is_kept_beside_the_first_rating(tmp_path: Path) -> None:
    with RatingsFile(tmp_path / "r.jsonl") as file:
        desk = Desk(SITES, file, repeats=0.5)
        assert len(desk.tasks("ann")) == 9
        for number in range(9):
            desk.rate("ann", number, 2, None, None)
    path = tmp_path / "r.jsonl"
    assert len(read_ratings([path])) == 6
    assert sum(rating.repeat for rating in read_all([path])) == 3


def test_a_choice_names_the_sites_in_the_order_of_the_runs(tmp_path: Path) -> None:
    with RatingsFile(tmp_path / "r.jsonl") as file:
        desk = Desk(PAIRS, file)
        for number in range(8):
            desk.rate("ann", number, "left", None, None)
            assert desk.answer("ann", number) == "left"
        desk.rate("ann", 7, "tie", None, None)
        assert desk.answer("ann", 7) == "tie"
        left = {task.sites[0].name: task.shown[0].run for task in desk.tasks("ann")[:7]}
    chosen = {r.a: r for r in read_ratings([tmp_path / "r.jsonl"]) if isinstance(r, Choice)}
    assert {"alpha", "beta"} == set(left.values())
    for a, run in left.items():
        assert chosen[a].choice == ("a" if run == "alpha" else "b")
        assert chosen[a].left == chosen[a].choice


def test_a_choice_is_read_right_when_the_runs_are_named_in_another_order(tmp_path: Path) -> None:
    exchanged: list[Subject] = [pair[::-1] for pair in PAIRS]
    with RatingsFile(tmp_path / "r.jsonl") as file:
        desk = Desk(PAIRS, file)
        desk.rate("ann", 0, "right", None, None)
        liked = desk.tasks("ann")[0].shown[1]
        other = Desk(exchanged, file)
        number = next(n for n in range(8) if other.given("ann", n) is not None)
        place = 0 if other.answer("ann", number) == "left" else 1
        assert other.tasks("ann")[number].shown[place] == liked


def test_a_second_server_is_refused(tmp_path: Path) -> None:
    with (
        RatingsFile(tmp_path / "r.jsonl"),
        pytest.raises(UserError, match="in use by another webgen rate"),
        RatingsFile(tmp_path / "r.jsonl"),
    ):
        pass
    with RatingsFile(tmp_path / "r.jsonl"):
        pass  # the first has let go


@pytest.mark.parametrize(("tail", "kept"), [(b'{"rater": "an', 1), (b"", 1)])
def test_a_torn_line_is_mended(tmp_path: Path, tail: bytes, kept: int) -> None:
    path = tmp_path / "r.jsonl"
    with RatingsFile(path) as file:
        Desk(SITES, file).rate("ann", 0, 3, None, None)
    path.write_bytes(path.read_bytes() + tail)
    with RatingsFile(path) as file:
        Desk(SITES, file).rate("ann", 1, 3, None, None)
    assert len(read_ratings([path])) == kept + 1


def test_a_whole_line_without_its_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    with RatingsFile(path) as file:
        Desk(SITES, file).rate("ann", 0, 3, None, None)
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    with RatingsFile(path) as file:
        Desk(SITES, file).rate("ann", 1, 3, None, None)
    assert len(read_ratings([path])) == 2


def test_ratings_of_other_runs_are_not_mixed_in(tmp_path: Path) -> None:
    with RatingsFile(tmp_path / "r.jsonl") as file:
        file.check_runs(["gamma"])  # nothing there yet
        Desk(PAIRS, file).rate("ann", 0, "tie", None, None)
        file.check_runs(["gamma", "beta"])
        with pytest.raises(UserError, match=r"other runs \(alpha, beta\)"):
            file.check_runs(["gamma"])


def test_a_file_that_holds_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"id": "shop"}\n')
    with pytest.raises(UserError, match=r"r\.jsonl:1 is not a rating"), RatingsFile(path):
        pass
    assert path.read_text() == '{"id": "shop"}\n'


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DiskError, match="cannot write"), RatingsFile(tmp_path):
        pass


def test_names_of_raters_are_tidied() -> None:
    assert rater_name("  Ann \t Lee ") == "Ann Lee"
    assert rater_name("Zoe\u0308") == "Zo\u00eb"
    for bad in ("", "  ", "x" * 41, "a\x00b", "a\u202eb"):
        with pytest.raises(UserError, match="needs a name"):
            rater_name(bad)
