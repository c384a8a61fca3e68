"""`webgen setup`: tries the ways in order, stops at the first that helps, and is idempotent."""

import io
import sys
from collections.abc import Callable

import pytest
from rich.console import Console

from webgen_r1.setup.doctor import Check
from webgen_r1.setup.steps import Step, run_setup, steps
from webgen_r1.setup.system import Say, SetupFailure, run


class Machine:
    """A machine on which one thing is missing until the right way is taken."""

    def __init__(self, present: bool = False) -> None:
        self.present = present
        self.taken: list[str] = []

    def check(self) -> Check:
        return Check("thing", self.present, "there" if self.present else "missing", "get it")

    def way(self, name: str, *, helps: bool = False, fails: bool = False) -> Callable[[Say], None]:
        def take(say: Say) -> None:
            self.taken.append(name)
            say("[bold]working[/nonsense]")
            if fails:
                raise SetupFailure(f"{name}: no network")
            self.present = self.present or helps

        return take

    def setup(self, *ways: Callable[[Say], None]) -> tuple[int, str]:
        out = io.StringIO()
        code = run_setup(Console(file=out, width=100), [Step("getting it", self.check, ways)])
        return code, out.getvalue()


def test_nothing_is_done_when_all_is_there() -> None:
    machine = Machine(present=True)
    code, text = machine.setup(machine.way("first", helps=True))
    assert (code, machine.taken) == (0, [])
    assert "ready" in text


def test_the_first_way_that_helps_is_the_last_taken() -> None:
    machine = Machine()
    code, text = machine.setup(
        machine.way("first", fails=True),
        machine.way("second", helps=True),
        machine.way("third", helps=True),
    )
    assert (code, machine.taken) == (0, ["first", "second"])
    assert "no network" not in text  # it did not matter in the end


def test_when_nothing_helps_it_says_what_was_tried() -> None:
    machine = Machine()
    code, text = machine.setup(machine.way("first", fails=True), machine.way("second"))
    assert (code, machine.taken) == (3, ["first", "second"])
    assert "tried: first: no network" in text
    assert "mend it: get it" in text


def test_the_real_steps_check_before_they_do_anything() -> None:
    names = [step.doing for step in steps()]
    assert names[0] == "installing Node"
    assert len(names) == len(set(names)) == 6


def test_an_installer_is_shown_line_by_line() -> None:
    said: list[str] = []
    run([sys.executable, "-c", "print('one\\n\\ntwo')"], said.append)
    assert said == ["one", "two"]


def test_an_installer_that_fails_says_why() -> None:
    with pytest.raises(SetupFailure, match="no such package"):
        run([sys.executable, "-c", "print('no such package'); exit(3)"], lambda line: None)


def test_an_installer_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(SetupFailure, match="No such file"):
        run(["/no/such/installer"], lambda line: None)
