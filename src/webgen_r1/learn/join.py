"""Several seeds that were run one by one, on several days or machines, as one story."""

from __future__ import annotations

from collections.abc import Sequence

from webgen_r1.differences import differences
from webgen_r1.errors import UserError
from webgen_r1.learn.numbers import changes, pooled
from webgen_r1.learn.records import Learning
from webgen_r1.learn.story import ONE_SEED, kept

ALIKE = {
    *("recipe", "policy", "benchmark", "benchmark_digest", "instructions", "trained_on"),
    *("samples", "temperature", "max_tokens", "steps", "making_digest"),
}
"""Fields in which runs of one recipe are the same."""


def join(runs: Sequence[Learning]) -> Learning:
    """The numbers of all seeds together; what was asked before training is pooled.

    Raises UserError for runs that do not belong together, and for one of an earlier version.
    """
    first, seeds = runs[0], [seed for run in runs for seed in run.seeds]
    for run in runs:
        unlike = differences(first.model_dump(include=ALIKE), run.model_dump(include=ALIKE))
        if unlike:
            raise UserError(f"these are not seeds of one run: {'; '.join(unlike)}")
        if not run.values_before:
            raise UserError("a run of an earlier version has no values: run its command again")
    if len(set(seeds)) < len(seeds):
        raise UserError(f"a seed is given twice: {', '.join(map(str, sorted(seeds)))}")
    before = pooled([run.values_before for run in runs])
    afters = [values for run in runs for values in run.values_after]
    return first.model_copy(
        update={
            "command": " && ".join(run.command for run in runs),
            "machine": "; ".join(dict.fromkeys(run.machine for run in runs)),
            "seeds": tuple(seeds),
            "changes": changes(before, afters),
            "diversity_after": tuple(each for run in runs for each in run.diversity_after),
            "curves": tuple(curve for run in runs for curve in run.curves),
            "values_before": kept(before),
            "values_after": tuple(afters),
            "seconds": {
                phase: round(sum(run.seconds.get(phase, 0) for run in runs), 1)
                for phase in dict.fromkeys(phase for run in runs for phase in run.seconds)
            },
            "notes": tuple(
                dict.fromkeys(
                    note
                    for run in runs
                    for note in run.notes
                    if note != ONE_SEED or len(seeds) == 1
                )
            ),
        }
    )
