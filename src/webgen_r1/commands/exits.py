"""What ends a command: one clear line on stderr and an exit code that means something.

0 done · 1 done, but something got no reward · 2 the user's mistake · 3 the environment is
not ready, or nothing could be scored · 130, 143 stopped by Ctrl-C, by SIGTERM
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from webgen_r1.commands.interrupts import Interrupted
from webgen_r1.errors import InfraFailure, UserError

EXIT_CODES = (
    "**Exit codes**\n\n"
    "- 0: all done\n"
    "- 1: something got no reward (infrastructure failure, unreadable input)\n"
    "- 2: a mistake in the call\n"
    "- 3: the environment is not ready, or nothing could be scored\n"
    "- 130, 143: stopped by Ctrl-C, by SIGTERM; results are kept"
)

USER_MISTAKE = 2
NOT_READY = 3


@contextmanager
def exit_codes(*, debug: bool = False) -> Iterator[None]:
    """Turn what this package raises on purpose into a line and a code; `debug` keeps tracebacks."""
    try:
        yield
    except UserError as error:
        _leave(error, USER_MISTAKE, debug=debug)
    except InfraFailure as error:
        _leave(error, NOT_READY, debug=debug)
    except Interrupted as stopped:
        raise typer.Exit(stopped.exit_code) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does. What is still buffered must
        # not raise the same error again when the interpreter closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(141) from None


def _leave(error: Exception, code: int, *, debug: bool) -> None:
    if debug:
        raise error
    line = " ".join(str(error).split())
    typer.echo(f"webgen: {''.join(c for c in line if c.isprintable())}", err=True)
    raise typer.Exit(code) from None
