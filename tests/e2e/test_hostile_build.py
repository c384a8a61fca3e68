"""Projects that attack the builder. After each, the next project builds to the same bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import psutil
import pytest
import pytest_asyncio
from build_samples import builder, codes, home, starter

from webgen_r1.build import ViteBuilder

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="module")]

Site = Mapping[str, bytes]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def vite() -> AsyncIterator[ViteBuilder]:
    async with builder(workers=2, memory_mb=700) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hasty() -> AsyncIterator[ViteBuilder]:
    async with builder(workers=2, timeout_s=4) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clean(vite: ViteBuilder) -> Site:
    site = (await vite.build(starter())).site
    assert site is not None
    return site


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def _unharmed(vite: ViteBuilder, clean: Site) -> AsyncIterator[None]:
    yield
    assert (await vite.build(starter())).site == clean


def config(code: str) -> dict[str, str]:
    return {
        "vite.config.ts": (
            "import react from '@vitejs/plugin-react'\n"
            "import fs from 'node:fs'\nimport net from 'node:net'\n"
            "import { spawn, execSync } from 'node:child_process'\n"
            f"{code}\nexport default {{ plugins: [react()] }}\n"
        )
    }


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for (;;) spawn('sh', ['-c', 'b() { b | b & }; b'])", "build-processes"),
        ("const a = []; for (;;) a.push(Buffer.alloc(40e6, 1))", "build-memory"),
        ("process.exit(0)", "config-error"),
        ("process.kill(process.pid, 'SIGKILL')", "config-error"),
        ("fs.writeSync(4, 'x'.repeat(80e6))", "build-output-size"),
        ('fs.writeSync(4, \'{"nonce": "00", "site": {}}\\n\')', "config-error"),
        ("for (let fd = 0; fd < 99; fd++) try { fs.closeSync(fd) } catch {}", "config-error"),
    ],
    ids=["fork", "memory", "exit", "kill", "flood", "forge", "close"],
)
async def test_a_config_that_attacks_ends_in_a_finding(
    vite: ViteBuilder, code: str, expected: str
) -> None:
    assert codes(await vite.build(starter(config(code)))) == [expected]


@pytest.mark.parametrize(
    "code",
    [
        "for (;;) {}",
        "await new Promise(() => setInterval(() => {}, 1000))",
        "process.on('exit', () => { for (;;) {} }); process.exit(0)",
        "export default { plugins: [{ name: 'x', transform() { for (;;) {} } }] }",
    ],
    ids=["loop", "hang", "hang at exit", "loop in a plugin"],
)
async def test_a_config_that_does_not_end_is_ended(
    hasty: ViteBuilder, clean: Site, code: str
) -> None:
    files = {"vite.config.ts": code} if code.startswith("export") else config(code)
    assert codes(await hasty.build(starter(files))) == ["build-timeout"]
    assert (await hasty.build(starter())).site == clean


async def test_what_a_config_prints_is_no_part_of_the_answer(vite: ViteBuilder) -> None:
    code = (
        "console.log('{\"ready\": true}'); process.stdout.write('{\"site\": {}}\\n')\n"
        "console.error('x'.repeat(1e6))"
    )
    assert (await vite.build(starter(config(code)))).ok


@pytest.mark.parametrize(
    "specifier",
    [
        "/etc/passwd?raw",
        "../../../../../../../etc/passwd?raw",
        "/etc/hostname?url",
        "/proc/1/environ?raw",
        "/root/.bashrc?raw",
    ],
)
async def test_files_of_the_host_cannot_be_imported(vite: ViteBuilder, specifier: str) -> None:
    result = await vite.build(home(f"import x from '{specifier}'\nexport default () => x"))
    assert codes(result) in (["unresolved-import"], ["build-error"])  # not there; not for us


async def test_a_config_sees_nothing_of_the_host(vite: ViteBuilder) -> None:
    """The config reports what it can reach as findings: it throws them."""
    code = """
    const reached = []
    const attempt = (name, f) => { try { f(); reached.push(name) } catch {} }
    attempt('passwd', () => fs.readFileSync('/etc/passwd'))
    attempt('home', () => fs.readdirSync('/root'))
    attempt('home', () => fs.readdirSync('/home'))
    attempt('link', () => { fs.symlinkSync('/etc/shadow', 'l'); fs.readFileSync('l') })
    attempt('environ', () => fs.readFileSync('/proc/1/environ'))
    attempt('tree', () => fs.writeFileSync('/deps/node_modules/x', 'x'))
    attempt('tree', () => fs.appendFileSync('/deps/node_modules/react/index.js', 'x'))
    attempt('usr', () => fs.writeFileSync('/usr/x', 'x'))
    attempt('root', () => fs.writeFileSync('/x', 'x'))
    attempt('dev', () => fs.writeFileSync('/dev/x', 'x'))
    attempt('dev', () => fs.writeFileSync('/dev/shm/x', 'x'))
    attempt('userns', () => execSync('unshare --user true', { stdio: 'ignore' }))
    attempt('mount', () => execSync('mount -t tmpfs x /tmp', { stdio: 'ignore' }))
    attempt('root user', () => { if (process.getuid() !== 0) throw 1 })
    attempt('disk', () => fs.writeFileSync('/tmp/x', Buffer.alloc(100e6)))
    for (const key of Object.keys(process.env)) if (/KEY|TOKEN|SECRET/.test(key)) reached.push(key)
    await new Promise((done) => {
      const socket = net.connect(53, '1.1.1.1', () => { reached.push('network'); done() })
      socket.on('error', done)
    })
    throw new Error(`reached: ${reached}.`)
    """
    result = await vite.build(starter(config(code)))
    assert [failure.message for failure in result.failures] == ["reached: ."]


@pytest.mark.parametrize(
    "code",
    [
        "for (const name of ['parse', 'stringify']) JSON[name] = () => ({})",
        "Object.prototype.minify = false; Array.prototype.map = () => []",
        "fs.readFileSync = () => 'x'; fs.writeFileSync = () => {}",
        "globalThis.process.chdir = () => {}; process.env.NODE_ENV = 'development'",
        "setInterval(() => fs.writeFileSync('/jobs/x', 'x'), 5)",
        "fs.mkdirSync('/jobs/node_modules/react', { recursive: true })",
    ],
)
async def test_nothing_that_a_config_patches_outlives_its_build(
    vite: ViteBuilder, code: str
) -> None:
    await vite.build(starter(config(code)))


async def test_worker_options_cannot_run_code_that_outlives_the_build(vite: ViteBuilder) -> None:
    evil = "(() => { globalThis.constructor.prototype.minify = false; return {} })()"
    page = f"new Worker(new URL('./w.ts', import.meta.url), {evil})\nexport default () => null"
    project = starter({"src/pages/Home.tsx": page, "src/pages/w.ts": "export {}"})
    await vite.build(project)


async def test_cancelling_a_build_leaves_the_builder_usable(vite: ViteBuilder) -> None:
    task = asyncio.create_task(vite.build(starter(config("for (;;) {}"))))
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_leaving_ends_every_process_even_in_the_middle_of_a_build() -> None:
    before = set(psutil.Process().children(recursive=True))
    async with builder(workers=2) as vite:
        building = asyncio.create_task(vite.build(starter(config("for (;;) {}"))))
        await asyncio.sleep(0.5)
        building.cancel()
        started = set(psutil.Process().children(recursive=True)) - before
        assert started
    with pytest.raises(asyncio.CancelledError):
        await building
    assert not [process for process in started if process.is_running()]
