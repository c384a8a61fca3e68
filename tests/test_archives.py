"""Exports as zip files: read as projects, within limits, never unpacked."""

import stat
import zipfile
from pathlib import Path

import pytest

from webgen_r1 import project_files
from webgen_r1.errors import DiskError, UserError
from webgen_r1.inputs import BadInput, ScoreInput, find, read
from webgen_r1.project_files import read_archive
from webgen_r1.reward.artifacts import load_site, save_site
from webgen_r1.types import BuildResult


def archive(folder: Path, files: dict[str, str], name: str = "export.zip") -> Path:
    file = folder / name
    with zipfile.ZipFile(file, "w") as zipped:
        for path, text in files.items():
            zipped.writestr(path, text)
    return file


def test_the_project_is_found_in_the_folder_an_export_wraps_it_in(tmp_path: Path) -> None:
    file = archive(
        tmp_path,
        {
            "README.md": "outside",
            "project/package.json": "{}",
            "project/src/App.tsx": "app",
            "project/.bolt/config.json": "{}",
            "project/node_modules/react/index.js": "installed",
            "project/dist/index.html": "built",
            "project/packages/inner/package.json": "{}",
        },
    )
    project, notes = read_archive(file)
    assert sorted(project.files) == [
        ".bolt/config.json",
        "package.json",
        "packages/inner/package.json",
        "src/App.tsx",
    ]
    assert notes == ()


def test_paths_that_climb_and_links_are_left_out_and_said(tmp_path: Path) -> None:
    file = archive(tmp_path, {"package.json": "{}", "../evil.txt": "x", "src/../../up": "y"})
    with zipfile.ZipFile(file, "a") as zipped:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(link, "/etc/passwd")
    project, notes = read_archive(file)
    assert set(project.files) == {"package.json"}
    assert len(notes) == 3


def test_an_archive_that_grows_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    file = archive(tmp_path, {"package.json": "{}"})
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.writestr("src/big.txt", bytes(project_files.MAX_BYTES))
    assert file.stat().st_size < 1_000_000
    with pytest.raises(UserError, match="not one project"):
        read_archive(file)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive at all"])
def test_what_is_no_archive_is_one_bad_item_among_the_others(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "bad.zip").write_bytes(content)
    archive(tmp_path, {"index.html": "<h1>Hi</h1>"}, "000007.zip")
    good, bad = read(find([tmp_path]))
    assert isinstance(good, ScoreInput)
    assert good.id == "000007"
    assert good.project is not None
    assert isinstance(bad, BadInput)
    assert "is not a readable zip archive" in bad.message


def test_a_zip_without_a_project_says_so(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no project"):
        read_archive(archive(tmp_path, {"notes/readme.md": "x"}))


def test_a_kept_site_comes_back_with_its_base(tmp_path: Path) -> None:
    site = {"index.html": b"<h1>Hi</h1>", "assets/../../x.js": b"1", "ü.css": b""}
    name = save_site(BuildResult(site, base="/shop/"), tmp_path, "d" * 64)
    assert load_site(tmp_path / name) == (site, "/shop/")
    again = save_site(BuildResult(site, base="/shop/"), tmp_path / "other", "d" * 64)
    assert (tmp_path / name).read_bytes() == (tmp_path / "other" / again).read_bytes()
    assert [path.name for path in tmp_path.rglob("*.js")] == []


def test_a_kept_site_that_is_gone_or_torn_is_said(tmp_path: Path) -> None:
    (tmp_path / "torn.zip").write_bytes(b"PK")
    for name in ("gone.zip", "torn.zip"):
        with pytest.raises(DiskError, match="cannot read the site"):
            load_site(tmp_path / name)
