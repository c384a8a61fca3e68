"""Ways in which a model breaks a project, one function each: Project in, Project out.

A mutation returns None where it does not apply. Most must fail the build; some look
like faults and are none (a type-only import, a dynamic import), and must pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

from webgen_r1.types import Project

Mutation = Callable[[Project], Project | None]
MUTATIONS: dict[str, Mutation] = {}

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def mutation(function: Mutation) -> Mutation:
    MUTATIONS[function.__name__.replace("_", "-")] = function
    return function


def with_files(project: Project, **changes: bytes | None) -> Project:
    """A copy with files set, or removed where the value is None."""
    files = {**project.files, **changes}
    return replace(project, files={path: body for path, body in files.items() if body is not None})


def app(project: Project) -> str:
    return next(path for path in sorted(project.files) if path.startswith("src/App."))


def prepend(project: Project, line: str, path: str | None = None) -> Project:
    path = path or app(project)
    return with_files(project, **{path: f"{line}\n".encode() + project.files[path]})


def append(project: Project, text: str, path: str | None = None) -> Project:
    path = path or app(project)
    return with_files(project, **{path: project.files[path] + f"\n{text}\n".encode()})


def stylesheet(project: Project) -> str | None:
    return next((path for path in sorted(project.files) if path.endswith(".css")), None)


@mutation
def unchanged(project: Project) -> Project:
    return project


@mutation
def missing_icon(project: Project) -> Project | None:
    if b'"lucide-react"' not in project.files["package.json"]:
        return None
    changed = prepend(project, "import { NoSuchIconAtAll } from 'lucide-react';")
    return append(changed, "console.log(NoSuchIconAtAll);")


@mutation
def missing_router_export(project: Project) -> Project:
    changed = prepend(project, "import { useHistory } from 'react-router-dom';")
    return append(changed, "export const historyHook = useHistory;")


@mutation
def missing_local_export(project: Project) -> Project:
    changed = with_files(project, **{"src/extra.ts": b"export const there = 1;\n"})
    changed = prepend(changed, "import { absent } from './extra';")
    return append(changed, "console.log(absent);")


@mutation
def missing_default_export(project: Project) -> Project:
    changed = with_files(project, **{"src/extra.ts": b"export const there = 1;\n"})
    changed = prepend(changed, "import extra from './extra';")
    return append(changed, "console.log(extra);")


@mutation
def unused_missing_export(project: Project) -> Project:
    changed = with_files(project, **{"src/extra.ts": b"export const there = 1;\n"})
    return prepend(changed, "import { absent } from './extra';")


@mutation
def missing_file(project: Project) -> Project:
    changed = prepend(project, "import Ghost from './components/Ghost';")
    return append(changed, "export const ghost = <Ghost />;")


@mutation
def unused_missing_file(project: Project) -> Project:
    return prepend(project, "import './components/Ghost';")


@mutation
def wrong_relative_path(project: Project) -> Project:
    source = project.text(app(project))
    changed = re.sub(r"from (['\"])\./", r"from \1../", source, count=1)
    return (
        with_files(project, **{app(project): changed.encode()})
        if changed != source
        else prepend(project, "import '../index.css';")
    )


@mutation
def wrong_case_path(project: Project) -> Project | None:
    source = project.text(app(project))
    changed = re.sub(
        r"from (['\"]\./[^'\"]*/)([A-Z])", lambda m: f"from {m[1]}{m[2].lower()}", source, count=1
    )
    return with_files(project, **{app(project): changed.encode()}) if changed != source else None


@mutation
def bad_package_json(project: Project) -> Project:
    body = project.files["package.json"].rstrip().removesuffix(b"}")
    return with_files(project, **{"package.json": body + b",\n"})


@mutation
def bad_json_import(project: Project) -> Project:
    changed = with_files(project, **{"src/data.json": b'{"a": 1,}'})
    changed = prepend(changed, "import data from './data.json';")
    return append(changed, "console.log(data);")


@mutation
def json_import(project: Project) -> Project:
    changed = with_files(project, **{"src/data.json": b'{"a": [1, 2]}'})
    changed = prepend(changed, "import data from './data.json';")
    return append(changed, "console.log(data.a);")


@mutation
def asset_import(project: Project) -> Project:
    changed = with_files(project, **{"src/assets/dot.png": PNG})
    changed = prepend(changed, "import dot from './assets/dot.png';")
    return append(changed, "console.log(dot);")


@mutation
def missing_asset(project: Project) -> Project:
    changed = prepend(project, "import dot from './assets/dot.png';")
    return append(changed, "console.log(dot);")


@mutation
def type_only_import(project: Project) -> Project:
    changed = with_files(project, **{"src/model.ts": b"export interface Thing { id: number }\n"})
    changed = prepend(changed, "import type { Thing } from './model';")
    return append(changed, "export const thing: Thing = { id: 1 };")


@mutation
def type_imported_as_value(project: Project) -> Project:
    changed = with_files(project, **{"src/model.ts": b"export interface Thing { id: number }\n"})
    changed = prepend(changed, "import { Thing } from './model';")
    return append(changed, "export const thing: Thing = { id: 1 };")


@mutation
def dynamic_import(project: Project) -> Project:
    changed = with_files(project, **{"src/later.ts": b"export const later = 1;\n"})
    return append(changed, "void import('./later').then((m) => console.log(m.later));")


@mutation
def missing_dynamic_import(project: Project) -> Project:
    return append(project, "void import('./nowhere').then((m) => console.log(m));")


@mutation
def undeclared_dependency(project: Project) -> Project:
    changed = prepend(project, "import dayjs from 'not-a-declared-package';")
    return append(changed, "console.log(dayjs);")


@mutation
def undeclared_but_common(project: Project) -> Project | None:
    if b'"antd"' in project.files["package.json"]:
        return None
    changed = prepend(project, "import { Button as AntButton } from 'antd';")
    return append(changed, "export const antd = <AntButton />;")


@mutation
def antd_deep_import(project: Project) -> Project | None:
    if b'"antd"' not in project.files["package.json"]:
        return None
    changed = prepend(project, "import DeepButton from 'antd/es/button';")
    return append(changed, "export const deep = <DeepButton />;")


@mutation
def antd_wrong_deep_import(project: Project) -> Project | None:
    if b'"antd"' not in project.files["package.json"]:
        return None
    changed = prepend(project, "import Deep from 'antd/es/no-such-part';")
    return append(changed, "export const deep = <Deep />;")


@mutation
def unclosed_tag(project: Project) -> Project:
    return append(project, "export const Broken = () => <div><span></div>;")


@mutation
def syntax_error(project: Project) -> Project:
    return append(project, "const = 5;")


@mutation
def type_error_only(project: Project) -> Project:
    return append(project, "export const wrong: number = 'text';")


@mutation
def duplicate_declaration(project: Project) -> Project:
    return append(project, "const twice = 1;\nconst twice = 2;\nconsole.log(twice);")


@mutation
def unknown_apply(project: Project) -> Project | None:
    path = stylesheet(project)
    if path is None or b"@tailwind" not in project.files[path]:
        return None
    return append(project, ".x { @apply bg-no-such-colour-500; }", path)


@mutation
def unclosed_css_block(project: Project) -> Project | None:
    path = stylesheet(project)
    return append(project, ".x { color: red;", path) if path else None


@mutation
def odd_css_value(project: Project) -> Project | None:
    path = stylesheet(project)
    return append(project, ".x { color: notacolour; width: 1qx; }", path) if path else None


@mutation
def missing_css_import(project: Project) -> Project | None:
    path = stylesheet(project)
    return prepend(project, "@import './not-there.css';", path) if path else None


@mutation
def missing_css_url(project: Project) -> Project | None:
    path = stylesheet(project)
    return append(project, ".x { background: url('./no.png'); }", path) if path else None


@mutation
def missing_entry(project: Project) -> Project:
    body = re.sub(rb'src="/?src/[^"]+"', b'src="/src/nowhere.tsx"', project.files["index.html"])
    return with_files(project, **{"index.html": body})


@mutation
def config_error(project: Project) -> Project | None:
    path = next((name for name in project.files if name.startswith("vite.config.")), None)
    return append(project, "throw new Error('no');", path) if path else None


@mutation
def config_unknown_plugin(project: Project) -> Project | None:
    path = next((name for name in project.files if name.startswith("vite.config.")), None)
    return prepend(project, "import nope from 'vite-plugin-nope';", path) if path else None


@mutation
def unknown_version(project: Project) -> Project:
    package = json.loads(project.text("package.json"))
    package["dependencies"]["react"] = "^99.0.0"
    return with_files(project, **{"package.json": json.dumps(package, indent=2).encode()})


@mutation
def node_builtin_in_page(project: Project) -> Project:
    changed = prepend(project, "import { readFileSync } from 'fs';")
    return append(changed, "console.log(readFileSync);")


@mutation
def top_level_await(project: Project) -> Project:
    return append(project, "export const waited = await Promise.resolve(1);")


@mutation
def reexport_missing(project: Project) -> Project:
    changed = with_files(
        project,
        **{
            "src/barrel.ts": b"export { gone } from './extra';\n",
            "src/extra.ts": b"export const there = 1;\n",
        },
    )
    changed = prepend(changed, "import { gone } from './barrel';")
    return append(changed, "console.log(gone);")


@mutation
def bad_tsconfig(project: Project) -> Project:
    return with_files(project, **{"tsconfig.json": b"{ not json"})
