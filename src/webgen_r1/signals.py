"""Which signals end a command."""

from __future__ import annotations

import signal

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def heeded() -> list[signal.Signals]:
    """Those of `STOPPING` to listen to: what was ignored at the start, as under `nohup`, stays
    ignored."""
    return [number for number in STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
