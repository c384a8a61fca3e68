"""What counts as data, and what makes a worker unfit for the next project."""

from __future__ import annotations

from itertools import pairwise

import pytest

from webgen_r1.build import why_unusual
from webgen_r1.scaffold import load, names
from webgen_r1.types import Project


def unusual(path: str, content: str) -> bool:
    return why_unusual(Project({path: content.encode()})) is not None


DATA = {
    "a plain Vite config": (
        "vite.config.ts",
        "import { defineConfig } from 'vite'\nimport react from '@vitejs/plugin-react'\n"
        "// https://vitejs.dev\n"
        "export default defineConfig({ plugins: [react()], optimizeDeps: { exclude: ['a'] } })",
    ),
    "an alias by path": (
        "vite.config.ts",
        "import path from 'node:path'\n"
        "export default { resolve: { alias: { '@': path.resolve(__dirname, './src') } } }",
    ),
    "an alias by URL": (
        "vite.config.js",
        "import { fileURLToPath, URL } from 'node:url'\n"
        "export default { a: fileURLToPath(new URL('./src', import.meta.url)) }",
    ),
    "Tailwind with theme and plugin": (
        "tailwind.config.js",
        "const theme = require('tailwindcss/defaultTheme')\n"
        "module.exports = { content: ['./index.html'], safelist: [{ pattern: /bg-/ }],\n"
        "theme: { fontFamily: { sans: ['Inter', ...theme.fontFamily.sans] } },\n"
        "plugins: [require('@tailwindcss/forms')] }",
    ),
    "Tailwind in TypeScript": (
        "tailwind.config.ts",
        "import type { Config } from 'tailwindcss'\n"
        "const config: Config = { content: [], darkMode: ['class'] }\n"
        "export default config satisfies Config",
    ),
    "PostCSS by name": (
        "postcss.config.cjs",
        "module.exports = { plugins: { tailwindcss: {}, autoprefixer: {} } }",
    ),
    "PostCSS by import": (
        "postcss.config.mjs",
        "import tailwindcss from 'tailwindcss'\nimport autoprefixer from 'autoprefixer'\n"
        "export default { plugins: [tailwindcss, autoprefixer()] }",
    ),
    "package.json": ("package.json", '{"name": "a", "scripts": {"build": "vite build"}}'),
    "a page": ("src/App.tsx", "export default () => <p>Caf\\u00e9 \\u{1F600}</p>"),
}


@pytest.mark.parametrize("name", DATA)
def test_data_is_usual(name: str) -> None:
    path, content = DATA[name]
    assert why_unusual(Project({path: content.encode()})) is None


@pytest.mark.parametrize("name", names())
def test_starters_are_usual(name: str) -> None:
    assert why_unusual(Project(load(name).files)) is None


@pytest.mark.parametrize(
    "source",
    [
        "export default () => ({})",
        "export default { plugins: [{ name: 'x', transform(code) { return code } }] }",
        "export default { get base() { return '/' } }",
        "export default { ['base']: '/' }",
        "export default { base: process.env.BASE }",
        "export default { base: `${process.exit()}` }",
        "export default { ...globalThis }",
        "export default { a: 1 + 1 }",
        "export default { __proto__: { a: 1 } }",
        "export default { '__pro\\x74o__': { a: 1 } }",
        "export default { build: { outDir: '../elsewhere' } }",
        "export default { build: { outDir: '/deps' } }",
        "export default { css: { postcss: './other.js' } }",
        "import other from './other'\nexport default {}",
        "import fs from 'node:fs'\nexport default {}",
        "import react from '@vitejs/plugin-react'\n"
        "export default { plugins: [react({ babel: { plugins: ['./x.js'] } })] }",
        # Vite would call it with the path of a file of the project, and it would run that file.
        "import { loadConfigFromFile } from 'vite'\n"
        "export default { build: { rollupOptions: { external: loadConfigFromFile } } }",
        "import * as vite from 'vite'\nexport default { a: vite.loadConfigFromFile }",
        "import { resolve } from 'path'\nexport default { a: resolve('..') }",
        "const a = await import('a')\nexport default {}",
        "Object.prototype.x = 1\nexport default {}",
        "console.log(1)",
        "if (true) {}",
        "function f() {}",
        "export default (",
        "export default function () {}",
        "export default class {}",
        "export { default } from './x'",
        "export * from './x'",
        "let a = eval('1')\nexport default a",
        "export default tag`x`",
        "export default new Proxy({}, {})",
        "export default " + "[" * 5000 + "]" * 5000,
    ],
)
def test_anything_else_in_a_config_is_unusual(source: str) -> None:
    assert unusual("vite.config.ts", source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("tailwind.config.js", "module.exports = { presets: ['./preset.js'] }"),
        ("tailwind.config.js", "module.exports = { plugins: [require('./plugin.js')] }"),
        ("tailwind.config.js", "module.exports = { plugins: [function ({ addBase }) {}] }"),
        ("tailwind.config.js", "exports.content = []"),
        ("postcss.config.js", "export default { plugins: { './evil.js': {} } }"),
        ("postcss.config.js", "export default { plugins: { tailwindcss: { config: './x.js' } } }"),
        ("postcss.config.js", "export default { plugins: ['./evil.js'] }"),
        ("postcss.config.js", "export default { parser: './evil.js' }"),
        ("postcss.config.js", "export default { plugins: {}, syntax: './evil.js' }"),
        ("postcss.config.js", "const p = { './evil.js': {} }\nexport default { plugins: p }"),
        ("postcss.config.js", "const plugins = { './e.js': {} }\nexport default { plugins }"),
        ("postcss.config.js", "const p = { plugins: ['./e.js'] }\nexport default { ...p }"),
        ("postcss.config.js", "const c = { stringifier: './e.js' }\nexport default c"),
        ("vite.config.ts", "const d = './sub'\nexport default { css: { postcss: d } }"),
        ("vite.config.ts", "export default { css: { postcss: { parser: './e.js' } } }"),
        ("vite.config.ts", "const configFile = './e.js'\nexport default { test: { configFile } }"),
        ("vite.config.ts", "export default { build: { watch: {} } }"),
        ("vite.config.ts", "const b = { watch: {} }\nexport default { build: b }"),
        ("vite.config.ts", "const o = '/tmp/x'\nexport default { build: { outDir: o } }"),
        (
            "vite.config.ts",
            "import path from 'path'\nexport default { build: { outDir: path.resolve('/tmp/x') } }",
        ),
        (
            "vite.config.ts",
            "import { fileURLToPath } from 'url'\n"
            "export default { cacheDir: fileURLToPath(new URL('file:///tmp/x')) }",
        ),
        (
            "vite.config.ts",
            "const a = [1]\n"
            + "".join(f"const {b} = [{a}, {a}]\n" for a, b in pairwise("abcdefghijklmnopqrst"))
            + "export default { define: t }",
        ),
        ("vite.config.ts", "export default {}" + " " * 70_000),
        ("sub/package.json", '{"x": ' + "[" * 5000 + "]" * 5000 + "}"),
        ("src/postcss.config.js", "export default { plugins: ['./evil.js'] }"),
        (".postcssrc.js", "module.exports = {}"),
        (".postcssrc", "{}"),
        ("babel.config.json", "{}"),
        (".babelrc", "{}"),
        ("package.json", '{"postcss": {"plugins": {"./evil.js": {}}}}'),
        ("package.json", '{"babel": {}}'),
        ("src/package.json", '{"browserslist": []}'),
        ("src/a.css", "@config './evil.js';"),
        ("src/a.css", "@plugin './evil.js';"),
        ("src/a.less", "a { b: c }"),
        ("src/a.scss", "a { b: c }"),
        ("index.html", "<style>@config './evil.js';</style>"),
        ("index.html", "<p style=\"&#64;config './evil.js'; background: url(x)\"></p>"),
        ("src/a.css", "@import 'data:text/css;base64,QGNvbmZpZyAnLi9ldmlsLmpzJzs=';"),
        ("src/a.ts", "import 'd\\x61ta:text/css,%40config'"),
        ("src/a.ts", "new Worker(new URL('./w.js', import.meta.url), (() => evil())())"),
        ("src/a.ts", "new W\\u006frker(new URL('./w.js', import.meta.url), evil())"),
        ("src/a.ts", "new W\\u{6f}rker(new URL('./w.js', import.meta.url), evil())"),
        ("src/a.ts", "new Wor\\u006ber(new URL('./w.js', import.meta.url), evil())"),
        ("src/a.ts", "import.meta.gl\\u006fb('./*.ts', { a: evil() })"),
        ("src/a.ts", "import '\\u0064ata:text/css;base64,QGNvbmZpZyAnLi9ldmlsLmpzJzs='"),
        ("src/a.ts", "import.meta.glob('./*.ts', { a: evil() })"),
        ("vite.config.ts", "export default { define: { X: 'Worker' } }"),
    ],
)
def test_every_other_way_to_run_code_in_the_bundler_is_unusual(path: str, source: str) -> None:
    assert unusual(path, source)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"{" * 10_000, b"[" * 10_000])
def test_nonsense_is_judged_without_an_error(content: bytes) -> None:
    why_unusual(Project({"vite.config.ts": content, "package.json": content}))
