"""Which packages a project may see."""

from __future__ import annotations

from typing import Any

from webgen_r1.build.lock import top_level, version_at_top, visible

LOCK: dict[str, Any] = {
    "packages": {
        "": {"dependencies": {"app": "1"}},
        "node_modules/app": {"version": "1.0.0", "dependencies": {"util": "1", "@s/x": "1"}},
        "node_modules/app/node_modules/util": {"version": "1.0.0", "dependencies": {"deep": "1"}},
        "node_modules/util": {"version": "2.0.0"},
        "node_modules/deep": {"version": "1.0.0", "dependencies": {"app": "1"}},
        "node_modules/@s/x": {
            "version": "1.0.0",
            "peerDependencies": {"peer": "1", "maybe": "1"},
            "peerDependenciesMeta": {"maybe": {"optional": True}},
            "optionalDependencies": {"native": "1", "other-platform": "1"},
        },
        "node_modules/peer": {"version": "1.0.0"},
        "node_modules/maybe": {"version": "1.0.0"},
        "node_modules/native": {"version": "1.0.0"},
        "node_modules/unrelated": {"version": "1.0.0"},
    }
}


def test_what_is_declared_and_what_it_needs_is_visible() -> None:
    assert visible(LOCK, ["app"]) == ("@s/x", "app", "deep", "native", "peer")


def test_a_package_nested_for_another_is_not_visible_itself() -> None:
    assert "util" not in visible(LOCK, ["app"])
    assert visible(LOCK, ["util"]) == ("util",)


def test_what_is_not_in_the_tree_is_left_out() -> None:
    assert visible(LOCK, ["nowhere", "peer"]) == ("peer",)


def test_versions_are_those_that_the_project_itself_would_import() -> None:
    assert version_at_top(LOCK, "util") == "2.0.0"
    assert version_at_top(LOCK, "nowhere") is None


def test_top_level_is_everything_not_nested() -> None:
    assert "app/node_modules/util" not in top_level(LOCK)
    assert len(top_level(LOCK)) == 8
