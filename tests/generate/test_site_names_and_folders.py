"""Names of sites, and projects on disk."""

from pathlib import Path

import pytest

from webgen_r1.errors import UserError
from webgen_r1.generate.naming import named
from webgen_r1.generate.site_folder import write_site
from webgen_r1.types import Project


def ids(*asked: tuple[str | None, str], taken: dict[str, str] | None = None) -> list[str]:
    return [one.id for one in named(asked, taken or {})]


def test_the_first_words_that_say_something_name_a_site() -> None:
    text = "Please implement a website for a bakery, with a menu and a contact page and more."
    assert ids((None, text)) == ["bakery-menu-contact-page-more"]


def test_different_instructions_have_different_names_and_the_same_has_one() -> None:
    shops = [(None, "A shop!"), (None, "The shop"), (None, "A shop!")]
    assert ids(*shops) == ["shop", "shop-2"]


def test_an_instruction_finds_the_name_that_it_has() -> None:
    assert ids((None, "The shop"), taken={"shop": "A shop", "shop-2": "The shop"}) == ["shop-2"]


@pytest.mark.parametrize("wish", ["../../etc", "/etc/etc", "ETC", "etc.", "e t c"])
def test_a_wished_name_becomes_that_of_a_folder(wish: str) -> None:
    (id,) = ids((wish, "A shop"))
    assert id in ("etc", "etc-etc", "e-t-c")


def test_what_has_no_words_is_a_site() -> None:
    assert ids((None, "?!")) == ["site"]


def test_a_project_is_written_whole(tmp_path: Path) -> None:
    site = tmp_path / "sites" / "shop"
    write_site(Project({"package.json": b"{}", "src/App.tsx": b"app"}), site)
    assert (site / "src" / "App.tsx").read_bytes() == b"app"
    assert [path.name for path in site.parent.iterdir()] == ["shop"]


@pytest.mark.parametrize("path", ["../out.txt", "/out.txt", "a/../../out.txt", ".git/hooks/x"])
def test_nothing_is_written_for_a_path_that_leads_elsewhere(tmp_path: Path, path: str) -> None:
    with pytest.raises(UserError, match="not a safe relative path"):
        write_site(Project({"ok.txt": b"", path: b""}), tmp_path / "in" / "site")
    assert list(tmp_path.iterdir()) == []
