"""Which file names a model may write."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webgen_r1.paths import MAX_NAME_BYTES, MAX_PATH_BYTES, collision_key, safe_path


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "src/App.tsx",
        "src/pages/[id].tsx",
        "src/pages/$slug.tsx",
        ".gitignore",
        ".env",
        "src/über uns.tsx",
        "src/日本語.tsx",
        "src/console.ts",
        "src/auxiliary.ts",
        "com10.ts",
        "src/a..b.ts",
        "src/~draft.tsx",
        "public/ﬁne.svg",
    ],
)
def test_ordinary_names_stay_as_they_are(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("./src/a.tsx", "src/a.tsx"),
        ("././src/./a.tsx", "src/a.tsx"),
        ("src//a.tsx", "src/a.tsx"),
    ],
)
def test_dots_and_doubled_slashes_are_tidied(raw: str, path: str) -> None:
    assert safe_path(raw) == path


@pytest.mark.parametrize(
    "raw",
    [
        "",
        ".",
        "./",
        "src/",
        # elsewhere on the disk
        "/etc/passwd",
        "//server/share/a",
        "../a.tsx",
        "src/../../a.tsx",
        "src/..",
        "...",
        "~/a.tsx",
        "./~root/a.tsx",
        # Windows
        "C:/a.tsx",
        "C:a.tsx",
        "src\\a.tsx",
        "\\\\server\\share",
        "\\\\?\\C:\\a",
        "src/a.tsx:stream",
        "con",
        "src/NUL.tsx",
        "src/Aux .txt",
        "src/lpt1.tar.gz",
        "src/COM¹",
        "CONIN$",
        "src/a.tsx.",
        "src/a.tsx ",
        "src /a.tsx",
        " src/a.tsx",
        "src/a?.tsx",
        "src/<a>.tsx",
        "src/a|b",
        # characters that are not seen
        "src/a\0.tsx",
        "src/a\n.tsx",
        "src/a\x7f.tsx",
        "src/a\u200b.tsx",
        "src/a\u202extsx.exe",
        "src/\u2066a",
        "\ufeffsrc/a.tsx",
        "src/a\u2028b",
        "src/\ud800.tsx",
        # characters that turn into others
        "．．/a.tsx",
        "‥/a.tsx",
        "src／a.tsx",
        "src／..／a",
        "a．tsx",
        "src＼a",
        "C：/a",
        "～/a",
        "ｎｕｌ",
        ".ｇit/config",
        "src/a\u00a0",
        # folders that belong to tools
        ".git/hooks/pre-commit",
        "src/.GIT/config",
        "git~1/config",
        "node_modules/react/index.js",
        "src/Node_Modules/a.js",
        # too long
        "a" * (MAX_NAME_BYTES + 1),
        "é" * (MAX_NAME_BYTES // 2 + 1),
        "/".join(["a" * 100] * 6),
        "a/" * 5_000_000 + "a",
    ],
    ids=lambda raw: ascii(raw[:24]),
)
def test_everything_doubtful_is_refused(raw: str) -> None:
    assert safe_path(raw) is None


_TRICKY = st.text(st.sampled_from("ab./\\~: \t\0\u200b\u202e．／‥é\ud800CONnul1"), max_size=24)


@given(_TRICKY | st.text(max_size=40))
def test_what_is_accepted_stays_inside_and_is_stable(raw: str) -> None:
    path = safe_path(raw)
    if path is not None:
        assert safe_path(path) == path
        assert posixpath.normpath(path) == path
        assert not path.startswith(("/", "..", "~"))
        assert ".." not in path.split("/")
        assert path.isprintable()
        assert len(path.encode()) <= MAX_PATH_BYTES


def test_names_that_collide_on_some_system_have_one_key() -> None:
    assert collision_key("src/App.tsx") == collision_key("src/app.TSX")
    assert collision_key("src/\u00e9.ts") == collision_key("src/e\u0301.ts")
    assert collision_key("src/a.ts") != collision_key("src/b.ts")
