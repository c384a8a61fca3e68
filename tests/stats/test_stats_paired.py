"""Paired comparison: against a reference, symmetrical, and honest about small samples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from webgen_r1.stats.bootstrap import mean_interval
from webgen_r1.stats.paired import PairedTest, holm, paired_test

rates = st.sampled_from([0.0, 0.25, 0.5, 1.0])
both = st.lists(st.tuples(rates, rates), min_size=1, max_size=25)


def test_of(pairs: list[tuple[float, float]], **options: object) -> PairedTest:
    a = {f"{index:03}": pair[0] for index, pair in enumerate(pairs)}
    b = {f"{index:03}": pair[1] for index, pair in enumerate(pairs)}
    return paired_test(a, b, resamples=300, permutations=500, **options)  # type: ignore[arg-type]


test_of.__test__ = False  # type: ignore[attr-defined]


def drawn(n: int, shift: float, seed: int) -> tuple[dict[int, float], dict[int, float]]:
    random = np.random.default_rng(seed)
    a = random.normal(size=n)
    return dict(enumerate(a)), dict(enumerate(a + random.normal(shift, 1, n)))


def reference_p(a: dict[int, float], b: dict[int, float]) -> float:
    return float(
        stats.permutation_test(
            (list(b.values()), list(a.values())),
            lambda x, y, axis: (x - y).mean(axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=30_000,
            rng=np.random.default_rng(0),
        ).pvalue
    )


# ── against references ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(4))
def test_the_exact_p_value_is_scipys(seed: int) -> None:
    a, b = drawn(10, 0.6, seed)
    assert paired_test(a, b).p_value == pytest.approx(reference_p(a, b), abs=1e-12)


def test_the_sampled_p_value_is_close_to_scipys() -> None:
    a, b = drawn(60, 0.25, 4)
    reference = reference_p(a, b)
    assert 0.02 < reference < 0.2
    assert paired_test(a, b, permutations=30_000).p_value == pytest.approx(reference, abs=0.008)


def test_a_sampled_p_value_is_never_zero() -> None:
    a, b = drawn(40, 9, 0)
    assert paired_test(a, b, permutations=99).p_value == pytest.approx(1 / 100)


def test_the_interval_is_that_of_the_mean_difference() -> None:
    a, b = drawn(50, 0.5, 1)
    found = paired_test(a, b)
    alone = mean_interval([b[key] - a[key] for key in a])
    assert found.difference == pytest.approx(alone.value)
    assert (found.low, found.high) == pytest.approx((alone.low, alone.high), abs=0.02)


def test_chance_is_called_significant_one_time_in_twenty() -> None:
    found = [
        paired_test(*drawn(20, 0, seed), resamples=50, permutations=400) for seed in range(400)
    ]
    assert 0.02 <= np.mean([(each.p_value or 0) < 0.05 for each in found]) <= 0.08


def test_the_detectable_difference_is_detected_four_times_in_five() -> None:
    # Of differences with the standard deviation 1: (1.96 + 0.84) / sqrt(50)
    detectable = 2.8016 / np.sqrt(50)
    found = [
        paired_test(*drawn(50, detectable, seed), resamples=50, permutations=400)
        for seed in range(300)
    ]
    assert np.mean([each.detectable for each in found]) == pytest.approx(detectable, rel=0.03)
    assert 0.74 <= np.mean([(each.p_value or 0) < 0.05 for each in found]) <= 0.86


def test_weights_make_it_the_difference_of_two_rates() -> None:
    """Three cases of one instruction and one of another: 4 cases in all."""
    found = paired_test({"x": 1 / 3, "y": 0.0}, {"x": 2 / 3, "y": 1.0}, weights={"x": 3, "y": 1})
    assert found.difference == pytest.approx(3 / 4 - 1 / 4)


# ── notes ───────────────────────────────────────────────────────────────────────────


def test_a_difference_too_small_for_the_sample_is_said_to_be() -> None:
    random = np.random.default_rng(2)
    a = {index: float(random.random() < 0.4) for index in range(101)}
    b = {index: float(random.random() < 0.45) for index in range(101)}
    found = paired_test(a, b)
    assert found.detectable == pytest.approx(0.19, abs=0.03)
    assert found.note == (
        f"with 101 instructions a difference below {found.detectable:.2g} "
        "cannot be told from chance"
    )


def test_a_clear_difference_needs_no_note() -> None:
    found = paired_test(*drawn(60, 2, 0))
    assert found.p_value is not None
    assert found.p_value < 0.001
    assert found.note == ""


def test_five_instructions_can_show_nothing() -> None:
    found = paired_test(dict.fromkeys("abcde", 0.0), dict.fromkeys("abcde", 1.0), unit="site")
    assert found.p_value == pytest.approx(2 / 32)
    assert found.note == "with 5 sites no difference, however large, can be told from chance"


# ── edges ───────────────────────────────────────────────────────────────────────────


def test_nothing_in_common_is_no_comparison() -> None:
    found = paired_test({"a": 1.0}, {"b": 1.0})
    assert found == PairedTest(left_out=2, note="no instruction is common to both")


def test_only_common_keys_count() -> None:
    found = paired_test({"a": 0.0, "b": 0.0, "c": 1.0}, {"a": 1.0, "b": 1.0, "d": 0.0})
    assert (found.n, found.difference, found.left_out) == (2, 1.0, 2)


def test_twins_are_not_proven_equal() -> None:
    same = dict.fromkeys(range(101), 1.0)
    found = paired_test(same, same)
    assert (found.difference, found.p_value, found.detectable) == (0, 1, None)
    assert found.low == pytest.approx(-0.0359, abs=1e-4)  # 1 - 0.025^(1/101)
    assert found.high == pytest.approx(0.0359, abs=1e-4)


@pytest.mark.parametrize(("value", "weight"), [(float("nan"), 1.0), (1.0, 0.0)])
def test_values_are_finite_and_weights_positive(value: float, weight: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        paired_test({"a": value}, {"a": 1.0}, weights={"a": weight})


# ── invariants ──────────────────────────────────────────────────────────────────────


@given(both)
@settings(max_examples=60)
def test_swapping_the_two_turns_the_sign_and_nothing_else(pairs: list[tuple[float, float]]) -> None:
    forth, back = test_of(pairs), test_of([(b, a) for a, b in pairs])
    assert forth.difference is not None
    assert forth.low is not None
    assert forth.high is not None
    assert back.difference == pytest.approx(-forth.difference)
    assert back.p_value == forth.p_value
    assert back.low == pytest.approx(-forth.high)
    assert back.high == pytest.approx(-forth.low)
    assert back.detectable == forth.detectable


@given(both)
@settings(max_examples=60)
def test_the_interval_holds_the_difference(pairs: list[tuple[float, float]]) -> None:
    found = test_of(pairs)
    assert found.low is not None
    assert found.difference is not None
    assert found.high is not None
    assert found.p_value is not None
    assert -1 <= found.low <= found.difference + 1e-12
    assert found.difference - 1e-12 <= found.high <= 1
    assert 0 < found.p_value <= 1


@given(both, st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_keys_changes_nothing(
    pairs: list[tuple[float, float]], random: object
) -> None:
    keys = list(range(len(pairs)))
    a, b = ({key: pairs[key][side] for key in keys} for side in (0, 1))
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert paired_test({key: a[key] for key in keys}, b) == paired_test(a, b)


# ── several comparisons ─────────────────────────────────────────────────────────────


def test_holms_own_steps() -> None:
    assert holm([0.01, 0.04, 0.03, None]) == pytest.approx([0.03, 0.06, 0.06, None])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_adjusting_keeps_the_order_and_lies_between_alone_and_bonferroni(ps: list[float]) -> None:
    adjusted = [value for value in holm(ps) if value is not None]
    for p, value in zip(ps, adjusted, strict=True):
        assert p <= value <= min(1, p * len(ps))
    ranked = [value for _, value in sorted(zip(ps, adjusted, strict=True))]
    assert ranked == sorted(ranked)
