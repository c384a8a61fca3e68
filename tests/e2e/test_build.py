"""Real Vite, in the real sandbox: what builds, what does not, and how it is said."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from build_samples import SCAFFOLD, builder, codes, home, starter

from webgen_r1.build import ViteBuilder
from webgen_r1.types import Project

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

PAGE = "export default () => <p>hello</p>\n"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def vite() -> AsyncIterator[ViteBuilder]:
    async with builder() as running:
        yield running


async def test_the_starter_builds(vite: ViteBuilder) -> None:
    result = await vite.build(starter())
    assert result.ok
    assert result.site is not None
    assert "index.html" in result.site
    assert any(path.endswith(".css") for path in result.site)
    assert (result.progress, result.base, result.failures) == (1.0, "/", ())
    assert set(result.versions) == {"vite", "node", "tree"}


async def test_the_same_project_gives_the_same_bytes_in_every_worker(vite: ViteBuilder) -> None:
    first = await vite.build(starter())
    assert (await vite.build(starter())).site == first.site
    async with builder(workers=1) as other:
        assert (await other.build(starter())).site == first.site


@pytest.mark.parametrize(
    ("path", "content", "code", "blamed", "line"),
    [
        (
            "src/pages/Home.tsx",
            "\nimport { NoSuchIcon } from 'lucide-react'\nexport default () => <NoSuchIcon />",
            "missing-export",
            "src/pages/Home.tsx",
            2,
        ),
        (
            "src/pages/Home.tsx",
            "import x from './nowhere'\nexport default () => x",
            "unresolved-import",
            "src/pages/Home.tsx",
            1,
        ),
        (
            "src/pages/Home.tsx",
            "import x from 'no-such-package'\nexport default () => x",
            "unresolved-import",
            "src/pages/Home.tsx",
            None,
        ),
        ("src/pages/Home.tsx", "\n\nexport default () => <p>", "syntax-error", None, 3),
        ("src/index.css", "\n.a { @apply no-such-class; }", "css-error", "src/index.css", 2),
        ("src/index.css", ".a { color: red;", "css-error", "src/index.css", 1),
        ("vite.config.ts", "export default {", "config-error", "vite.config.ts", None),
        ("vite.config.ts", "throw new Error('boo')", "config-error", None, None),
        ("index.html", None, "unresolved-entry", None, None),
        ("package.json", "{", "json-error", "package.json", 1),
        ("package.json", None, "package-json", None, None),
        ("package.json", "{}", "vite-missing", "package.json", None),
    ],
)
async def test_what_is_wrong_is_said_with_code_file_and_line(
    vite: ViteBuilder,
    path: str,
    content: str | None,
    code: str,
    blamed: str | None,
    line: int | None,
) -> None:
    result = await vite.build(starter({path: content}))
    assert not result.ok
    failure = result.failures[0]
    assert failure.code == code
    if blamed is not None:
        assert failure.path == blamed
    if line is not None:
        assert failure.line == line
    assert "/jobs" not in failure.message
    assert "\x1b" not in failure.message
    assert result.progress < 1.0


@pytest.mark.parametrize(
    "package", ["antd", "@ant-design/icons", "recharts", "react-router-dom", "framer-motion"]
)
async def test_a_missing_export_is_found_behind_any_chain_of_re_exports(
    vite: ViteBuilder, package: str
) -> None:
    code = f"import {{ NoSuchThing }} from '{package}'\nexport default () => <NoSuchThing />"
    assert codes(await vite.build(home(code))) == ["missing-export"]


async def test_bad_json_names_the_file(vite: ViteBuilder) -> None:
    project = starter(
        {
            "src/data.json": "{a",
            "src/pages/Home.tsx": "import d from '../data.json'\nexport default () => d.a",
        }
    )
    failure = (await vite.build(project)).failures[0]
    assert (failure.code, failure.path) == ("json-error", "src/data.json")


async def test_a_package_of_the_tree_that_is_not_declared_is_not_there(vite: ViteBuilder) -> None:
    code = "import { create } from 'zustand'\nexport default () => String(create)"
    assert (await vite.build(home(code))).ok
    package = json.loads(SCAFFOLD.files["package.json"])
    del package["dependencies"]["zustand"]
    undeclared = starter({"package.json": json.dumps(package), "src/pages/Home.tsx": code})
    assert codes(await vite.build(undeclared)) == ["unresolved-import"]


async def test_unused_re_exports_of_the_project_are_compiled_all_the_same(
    vite: ViteBuilder,
) -> None:
    barrel = {
        "src/parts/index.ts": "export { A } from './a'\nexport { B } from './nowhere'",
        "src/parts/a.ts": "export const A = 'a'",
        "src/pages/Home.tsx": "import { A } from '../parts'\nexport default () => A",
    }
    assert codes(await vite.build(starter(barrel))) == ["unresolved-import"]
    package = json.loads(SCAFFOLD.files["package.json"]) | {"sideEffects": False}
    pure = starter({**barrel, "package.json": json.dumps(package)})
    assert codes(await vite.build(pure)) == ["unresolved-import"]


@pytest.mark.parametrize(
    "changes",
    [
        {"src/pages/Home.tsx": "import type { X } from 'nowhere'\n" + PAGE},
        {"src/pages/Home.tsx": "import { LucideIcon } from 'lucide-react'\n"
         "export default (p: { icon: LucideIcon }) => <p.icon />"},
        {"src/pages/Home.tsx": "import { Button } from 'antd'\nexport default () => <Button />"},
        {"src/pages/Home.tsx": "import B from 'antd/es/button'\nexport default () => <B />"},
        {"src/pages/Home.tsx": "export default () => <>{String(import('../lazy'))}</>",
         "src/lazy.ts": "export const a = 1"},
        {"src/pages/Home.tsx": "const a: number = 'not a number'\n" + PAGE},
        {"postcss.config.js": None, "tailwind.config.js": None, "src/index.css": "p { margin: 0 }"},
        {".env": "VITE_NAME=x\nVITE_USER_NODE_ENV=development"},
        {"tsconfig.json": None},
    ],
    ids=lambda changes: next(iter(changes)) + str(len(str(changes))),
)  # fmt: skip
async def test_what_a_clean_install_builds_is_built(
    vite: ViteBuilder, changes: dict[str, str | None]
) -> None:
    result = await vite.build(starter(changes))
    assert result.failures == ()
    assert result.ok


async def test_the_project_s_own_configuration_is_honoured(vite: ViteBuilder) -> None:
    project = starter(
        {
            "vite.config.ts": (
                "import react from '@vitejs/plugin-react'\n"
                "import { defineConfig } from 'vite'\n"
                "export default defineConfig({ plugins: [react()], base: '/shop/',\n"
                "  build: { outDir: 'out/site', sourcemap: true,\n"
                "    rollupOptions: { input: { main: 'index.html', about: 'about.html' } } } })\n"
            ),
            "about.html": '<script type="module" src="/src/main.tsx"></script>',
            "public/logo.png": bytes(range(256)),
        }
    )
    result = await vite.build(project)
    assert result.site is not None
    assert {"index.html", "about.html", "logo.png"} <= set(result.site)
    assert result.site["logo.png"] == bytes(range(256))
    assert any(path.endswith(".js.map") for path in result.site)
    assert result.base == "/shop/"
    assert b'src="/shop/assets/' in result.site["index.html"]


async def test_configuration_that_is_a_program_is_run(vite: ViteBuilder) -> None:
    config = (
        "import react from '@vitejs/plugin-react'\n"
        "export default ({ command }) => ({ plugins: [react()], base: `/${command}/` })"
    )
    assert (await vite.build(starter({"vite.config.ts": config}))).base == "/build/"


async def test_a_bundle_over_the_limit_is_a_finding() -> None:
    big = starter({"public/big.bin": b"x" * (2 << 20)})
    async with builder(workers=1, max_output_mb=1) as small:
        assert codes(await small.build(big)) == ["build-output-size"]


async def test_files_in_node_modules_are_not_the_project_s(vite: ViteBuilder) -> None:
    evil = starter({"node_modules/react/index.js": "throw new Error('mine')"})
    good = await vite.build(starter())
    assert (await vite.build(evil)).site == good.site


async def test_an_empty_project_fails_with_a_finding(vite: ViteBuilder) -> None:
    assert codes(await vite.build(Project({}))) == ["package-json"]
