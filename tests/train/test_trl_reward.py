"""What TRL is given: a plain function of a batch that never raises and leaves nothing behind."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import threading
from collections import defaultdict
from concurrent.futures import CancelledError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from train_fakes import FakeReward, press_ctrl_c, trace

from webgen_r1.errors import SandboxError, UserError
from webgen_r1.reward.trl import Scorer, TrlReward, report_metrics, text_of
from webgen_r1.types import Components, Trace


def by_length(text: str) -> float | None:
    """ "a" is 1, "aa" is 2; "?" cannot be scored; "!" breaks the engine."""
    if text == "?":
        return None
    if text == "!":
        raise ZeroDivisionError("a defect of ours")
    return float(len(text))


class BrokenReward(FakeReward):
    """An engine that does not start."""

    def __init__(self, error: Exception) -> None:
        super().__init__(by_length)
        self.error = error

    async def __aenter__(self) -> BrokenReward:
        raise self.error


def ask(reward: Scorer, completions: list[Any], **columns: Any) -> list[float | None]:
    with TrlReward(reward) as function:
        return function(prompts=["p"] * len(completions), completions=completions, **columns)


def engine_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "webgen-loop"]


# ── rewards ──────────────────────────────────────────────────────────────────────────


def test_one_reward_per_completion_in_order() -> None:
    assert ask(FakeReward(by_length), ["aaa", "a", "aa"]) == [3.0, 1.0, 2.0]


def test_an_empty_batch_has_no_rewards() -> None:
    assert ask(FakeReward(by_length), []) == []


def test_an_infrastructure_failure_is_none_and_says_why(caplog: pytest.LogCaptureFixture) -> None:
    assert ask(FakeReward(by_length), ["a", "?", "?"]) == [1.0, None, None]
    assert "2 of 3 completions could not be scored: judge: no answer [judge-down]" in caplog.text


def test_a_defect_of_the_engine_is_none_for_that_sample_only(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert ask(FakeReward(by_length), ["a", "!", "aa"]) == [1.0, None, 2.0]
    assert "a defect of ours" in caplog.text


def test_an_engine_that_does_not_start_fails_early_when_opened() -> None:
    with pytest.raises(SandboxError, match="no bubblewrap"):
        TrlReward(BrokenReward(SandboxError("no bubblewrap"))).open()
    assert not engine_threads()


def test_an_engine_that_does_not_start_within_a_run_gives_no_rewards(
    caplog: pytest.LogCaptureFixture,
) -> None:
    function = TrlReward(BrokenReward(SandboxError("no bubblewrap")))
    assert function(prompts=["p", "p"], completions=["a", "b"]) == [None, None]
    assert "no bubblewrap" in caplog.text
    assert not engine_threads()


def test_a_users_mistake_is_raised() -> None:
    function = TrlReward(BrokenReward(UserError("no such scaffold")))
    with pytest.raises(UserError, match="no such scaffold"):
        function(prompts=["p"], completions=["a"])


# ── what arrives ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("plain", "plain"),
        ([{"role": "assistant", "content": "said"}], "said"),
        ([{"role": "assistant", "content": [{"type": "text", "text": "block"}]}], "block"),
        ([{"role": "assistant", "content": None}], ""),
        (
            [
                {"role": "assistant", "content": "one "},
                {"role": "tool", "content": "not the model's"},
                {"role": "assistant", "content": "two"},
            ],
            "one two",
        ),
        ([], ""),
    ],
)
def test_the_text_of_a_completion_is_what_the_model_wrote(completion: Any, text: str) -> None:
    assert text_of(completion) == text


def test_instruction_and_id_come_from_the_columns_of_the_dataset() -> None:
    reward = FakeReward(by_length)
    ask(
        reward,
        ["a", "aa"],
        instruction=["a shop", "a blog"],
        id=["r1", 7],
        trainer_state=SimpleNamespace(global_step=3),
        completion_ids=[[1], [1, 2]],
        another_column=["x", "y"],
    )
    assert sorted(reward.seen) == [
        ("a", "a shop", "r1/step3/0"),
        ("aa", "a blog", "7/step3/1"),
    ]


def test_without_columns_the_reward_is_asked_without_instruction() -> None:
    reward = FakeReward(by_length)
    ask(reward, ["a"])
    assert reward.seen == [("a", None, "sample/0")]


# ── the engine's thread ──────────────────────────────────────────────────────────────


def test_a_batch_is_scored_concurrently_on_one_thread_that_is_not_ours() -> None:
    reward = FakeReward(by_length)
    ask(reward, ["a"] * 16)
    assert reward.most_running == 16
    assert reward.threads.isdisjoint({threading.get_ident()})
    assert len(reward.threads) == 1


def test_the_engine_stays_open_over_batches_and_is_left_once() -> None:
    reward = FakeReward(by_length)
    with TrlReward(reward) as function:
        for _ in range(3):
            function(prompts=["p"], completions=["a"])
        assert (reward.entered, reward.left) == (1, 0)
        assert len(engine_threads()) == 1
    assert (reward.entered, reward.left) == (1, 1)
    assert not engine_threads()


def test_without_a_with_the_engine_starts_with_the_first_batch() -> None:
    reward = FakeReward(by_length)
    function = TrlReward(reward)
    assert reward.entered == 0
    assert function(prompts=["p"], completions=["a"]) == [1.0]
    function.close()
    function.close()
    assert (reward.entered, reward.left) == (1, 1)


def test_a_closed_reward_can_be_opened_again() -> None:
    reward = FakeReward(by_length)
    function = TrlReward(reward)
    for _ in range(2):
        with function:
            assert function(prompts=["p"], completions=["a"]) == [1.0]
    assert (reward.entered, reward.left) == (2, 2)


def test_closing_gives_up_what_is_being_scored() -> None:
    reward = FakeReward(by_length, slow=True)
    function = TrlReward(reward)
    function.open()

    def batch() -> None:
        with pytest.raises(CancelledError):
            function(prompts=["p"] * 2, completions=["a", "aa"])

    caller = threading.Thread(target=batch)
    caller.start()
    assert reward.started.wait(10)
    function.close()
    caller.join(10)
    assert not caller.is_alive()
    assert (reward.left, reward.running) == (1, 0)


def test_an_interrupt_while_the_engine_starts_leaves_nothing_behind() -> None:
    class NeverReady(FakeReward):
        async def __aenter__(self) -> NeverReady:
            press_ctrl_c()
            await asyncio.sleep(60)
            return self

    with pytest.raises(KeyboardInterrupt):
        TrlReward(NeverReady(by_length)).open()
    assert not engine_threads()


def test_an_interrupt_while_a_batch_is_scored_gives_up_the_batch_only() -> None:
    def interrupt_once(text: str) -> float:
        if text == "interrupt":
            press_ctrl_c()
        return 1.0

    reward = FakeReward(interrupt_once)
    with TrlReward(reward) as function:
        with pytest.raises(KeyboardInterrupt):
            # The main thread sees the signal while it waits; the other one takes its time.
            function(prompts=["p"] * 2, completions=["interrupt", "slow"])
        assert function(prompts=["p"], completions=["a"]) == [1.0]
    assert (reward.left, reward.running) == (1, 0)


def test_an_engine_that_does_not_leave_cleanly_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Sticky(FakeReward):
        async def __aexit__(self, *_: object) -> None:
            raise OSError("a folder that does not go away")

    with TrlReward(Sticky(by_length)) as function:
        function(prompts=["p"], completions=["a"])
    assert "a folder that does not go away" in caplog.text
    assert not engine_threads()


def test_it_works_inside_a_running_event_loop() -> None:
    """A script whose main is async may call trainer.train() all the same."""

    async def main() -> list[float | None]:
        return ask(FakeReward(by_length), ["aa"])

    assert asyncio.run(main()) == [2.0]


# ── before the batch is whole ────────────────────────────────────────────────────────


def test_what_was_begun_is_not_scored_again_by_the_batch() -> None:
    reward = FakeReward(by_length)
    with TrlReward(reward) as function:
        function.begin("aa", "a shop", "r1", 4, 0)
        assert reward.started.wait(10)
        rewards = function(
            prompts=["p"] * 2,
            completions=["aa", "a"],
            instruction=["a shop", "a blog"],
            id=["r1", "r2"],
            trainer_state=SimpleNamespace(global_step=4),
        )
    assert rewards == [2.0, 1.0]
    assert sorted(reward.seen) == [("a", "a blog", "r2/step4/1"), ("aa", "a shop", "r1/step4/0")]


def test_what_was_begun_with_another_text_is_given_up() -> None:
    reward = FakeReward(by_length)
    with TrlReward(reward) as function:
        function.begin("slow", None, None, 0, 0)
        assert reward.started.wait(10)
        state = SimpleNamespace(global_step=0)
        assert function(prompts=["p"], completions=["a"], trainer_state=state) == [1.0]
    assert reward.cancelled == 1


def test_nothing_is_begun_by_an_engine_that_is_not_open() -> None:
    reward = FakeReward(by_length)
    TrlReward(reward).begin("a", None, None, 0, 0)
    assert (reward.entered, reward.seen) == (0, [])


# ── an outage ────────────────────────────────────────────────────────────────────────


def test_a_batch_without_any_reward_is_scored_again_after_a_pause(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reward = FakeReward(lambda text: 1.0 if len(reward.seen) > 4 else None)
    with TrlReward(reward, pause_s=0, max_pauses=5) as function:
        assert function(prompts=["p"] * 2, completions=["a", "b"]) == [1.0, 1.0]
    assert len(reward.seen) == 6
    assert "trying again in 0 s (2 of 5)" in caplog.text
    assert "(3 of 5)" not in caplog.text


def test_one_reward_is_enough_to_go_on() -> None:
    reward = FakeReward(by_length)
    with TrlReward(reward, pause_s=60, max_pauses=5) as function:
        assert function(prompts=["p"] * 2, completions=["a", "?"]) == [1.0, None]


def test_an_outage_that_does_not_end_leaves_the_batch_without_rewards() -> None:
    reward = FakeReward(lambda text: None)
    with TrlReward(reward, pause_s=0, max_pauses=2) as function:
        assert function(prompts=["p"], completions=["a"]) == [None]
    assert len(reward.seen) == 3


# ── what is logged ───────────────────────────────────────────────────────────────────


def test_metrics_are_means_over_the_samples_that_have_them() -> None:
    calls: dict[str, list[float]] = defaultdict(list)
    parsed_only = Trace(id="x", digest="0", outcome="scored", stage="parse", reward=0.0)
    judged = trace(4.0, components=Components(visual=4.0, functional=1.0, reasoning=0.0))

    report_metrics([judged, parsed_only, trace(None), None], lambda name, v: calls[name].append(v))

    assert calls["webgen/unscored"] == [0.0, 0.0, 1.0, 1.0]
    assert calls["webgen/visual"] == [4.0]
    assert calls["webgen/functional"] == [1.0]
    assert calls["webgen/reasoning"] == [0.0]
    assert calls["webgen/reached/parse"] == [1.0, 1.0]
    assert calls["webgen/reached/judge"] == [1.0, 0.0]
    assert calls["webgen/seconds/build"] == [0.5]
    assert "webgen/static" not in calls


def test_columns_have_one_value_per_sample() -> None:
    columns: dict[str, list[Any]] = {}
    ask(FakeReward(by_length), ["a", "?", "!"], log_extra=columns.__setitem__)
    assert columns == {
        "webgen_id": ["sample/0", "sample/1", None],
        "webgen_outcome": ["scored", "infra_failure", "infra_failure"],
        "webgen_stage": ["judge", "judge", None],
        "webgen_failure": [None, "judge-down", None],
    }


def test_every_trace_is_told_and_a_full_disk_costs_no_reward(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[Trace] = []

    def keep(finished: Trace) -> None:
        told.append(finished)
        raise OSError("no space left")

    with TrlReward(FakeReward(by_length), on_trace=keep) as function:
        assert function(prompts=["p"] * 2, completions=["a", "aa"]) == [1.0, 2.0]
    assert {finished.id for finished in told} == {"sample/0", "sample/1"}
    assert "no space left" in caplog.text


def test_trl_finds_a_name_for_its_logs_and_takes_it_for_synchronous() -> None:
    function = TrlReward(FakeReward(by_length))
    assert function.__name__ == "webgen"
    assert not inspect.iscoroutinefunction(function.__call__)


def test_using_it_needs_neither_torch_nor_trl(tmp_path: Path) -> None:
    code = (
        "import sys, webgen_r1.reward.trl\n"
        "sys.exit(bool({'torch', 'trl', 'transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=False).returncode == 0
