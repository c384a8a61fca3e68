"""The pipeline that everybody runs today, per completion, as a yardstick.

Write the files, `npm install` into a fresh cache, start the dev server, wait, start a
browser, open the home page, wait, take one screenshot, stop everything. It executes what
the model wrote with your rights: the benchmark feeds it this repository's examples only.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from webgen_r1.render import find_browser

SERVER_PAUSE_S = 3.0
PAGE_PAUSE_S = 2.0


def score_plainly(files: dict[str, bytes], npm: Sequence[str]) -> dict[str, float]:
    """Seconds per step for one completion; raises if a step fails."""
    timings: dict[str, float] = {}

    def lap(name: str, since: float) -> float:
        now = time.perf_counter()
        timings[name] = now - since
        return now

    with tempfile.TemporaryDirectory(prefix="plain-") as folder:
        root = Path(folder, "site")
        started = clock = time.perf_counter()
        for name, body in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        subprocess.run(
            [*npm, "install", "--no-audit", "--no-fund", "--cache", f"{folder}/cache"],
            cwd=root, check=True, capture_output=True,
        )  # fmt: skip
        clock = lap("npm install", clock)
        port = _free_port()
        server = subprocess.Popen(
            [*npm, "exec", "--", "vite", "--port", str(port), "--strictPort"],
            cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            time.sleep(SERVER_PAUSE_S)
            clock = lap("dev server", clock)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=str(find_browser()),
                    args=["--no-sandbox"] if os.geteuid() == 0 else [],
                )
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.goto(f"http://localhost:{port}/")
                page.wait_for_timeout(PAGE_PAUSE_S * 1000)
                page.screenshot(path=f"{folder}/home.png")
                browser.close()
            lap("browser", clock)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        timings["total"] = time.perf_counter() - started
    return timings


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
