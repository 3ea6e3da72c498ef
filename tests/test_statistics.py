"""Intervals and tests against cases worked out by hand."""

from math import comb

import numpy as np
import pytest

from assistant.evaluation.statistics import Figure, Paired, figure, paired

N = 30


def flips(down: int, up: int, n: int = N) -> Paired:
    """`down` questions go from 1 to 0, `up` from 0 to 1, the rest stay 1."""
    before = [1.0] * down + [0.0] * up + [1.0] * (n - down - up)
    after = [0.0] * down + [1.0] * up + [1.0] * (n - down - up)
    return paired(before, after)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # Wilson at z = 1.959964, z² = 3.841459: ten of ten is 10 / (10 + z²) and up, none of ten down.
        ([1.0] * 10, (1.0, 0.722467, 1.0)),
        ([0.0] * 10, (0.0, 0.0, 0.277533)),
        ([1.0], (1.0, 0.206549, 1.0)),
        ([0.5, 0.5, 0.5], (0.5, 0.125334, 0.874666)),
        ([12.0, 12.0], (12.0, 12.0, 12.0)),
        ([12.0, 12.0], (12.0, 12.0, 12.0)),
        # Of two values a resample holds two of one kind in every fourth case, so the ends are the values.
        ([0.0, 1.0], (0.5, 0.0, 1.0)),
    ],
)
def test_figure_of_few_or_equal_values(values: list[float], expected: tuple[float, float, float]) -> None:
    found = figure(values)
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=1e-6)
    assert found.n == len(values)


def test_a_figure_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        figure([])


def test_95_of_100_intervals_hold_the_true_share() -> None:
    chance = np.random.default_rng(1)
    found = [figure(chance.binomial(1, 0.7, 60).tolist()) for _ in range(200)]
    covered = sum(each.low <= 0.7 <= each.high for each in found)
    assert 181 <= covered <= 199  # 190 expected; an interval half as wide holds it some 135 times


def test_95_of_100_intervals_hold_the_true_difference() -> None:
    chance = np.random.default_rng(2)
    found = [paired([0.0] * 40, chance.normal(0.2, 1, 40).tolist()) for _ in range(60)]
    covered = sum(each.low <= 0.2 <= each.high for each in found)
    assert 52 <= covered <= 60  # 57 expected


@pytest.mark.parametrize(
    ("down", "up", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (2, 0, 2 / 2**2),
        (5, 0, 2 / 2**5),
        (6, 0, 2 / 2**6),
        (8, 0, 2 / 2**8),
        (0, 8, 2 / 2**8),
        (7, 1, 2 * (1 + 8) / 2**8),
        (4, 4, 1.0),
        (9, 2, 2 * (1 + 11 + comb(11, 2)) / 2**11),
    ],
)
def test_p_of_flips(down: int, up: int, p: float) -> None:
    found = flips(down, up)
    assert found.p == pytest.approx(p)
    assert found.difference == pytest.approx((up - down) / N)
    assert found.low <= found.difference <= found.high


def test_p_of_amounts() -> None:
    # Of +1 +2 +3 all eight signs are as likely: two sums are as far from 0 as 6.
    assert paired([0, 0, 0], [1, 2, 3]).p == pytest.approx(2 / 8)
    # Of +3 -1 every sum (4, 2, -2, -4) is at least as far from 0 as 2.
    assert paired([0, 1], [3, 0]).p == pytest.approx(1.0)


def test_p_by_draws_comes_near_the_exact_one() -> None:
    exact = 2 * sum(comb(20, k) for k in range(6)) / 2**20
    assert flips(15, 5).p == pytest.approx(exact, abs=0.01)


@pytest.mark.parametrize(
    ("down", "n", "low", "high"),
    [
        (0, 30, 0.0, 0.0),  # nothing changed, so there is nothing to resample
        (1, 1, -1.0, -0.206549),  # Wilson of 1 of 1
        (10, 10, -1.0, -0.722467),  # Wilson of 10 of 10
    ],
)
def test_interval_where_all_differences_are_equal(down: int, n: int, low: float, high: float) -> None:
    found = flips(down, 0, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(
    ("down", "n", "beyond"),
    [
        (0, 30, False),
        (1, 1, False),
        (2, 2, False),
        (5, 5, False),
        (6, 6, True),  # a whole shift, as when every answer is refused
        (30, 30, True),
        (1, 30, False),
        (5, 30, False),
        (6, 30, True),
        (6, 1000, True),
    ],
)
def test_what_is_beyond_noise(down: int, n: int, beyond: bool) -> None:
    assert flips(down, 0, n).beyond_noise is beyond


@pytest.mark.parametrize(
    ("low", "high", "p", "beyond"),
    [
        (-0.3, -0.1, 0.01, True),
        (0.1, 0.3, 0.01, True),
        (-0.3, 0.1, 0.01, False),
        (-0.3, 0.0, 0.01, False),
        (-0.3, -0.1, 0.06, False),
    ],
)
def test_both_tests_must_agree(low: float, high: float, p: float, beyond: bool) -> None:
    assert Paired(0.5, 0.5, 0.0, low, high, p, 30).beyond_noise is beyond


def test_a_constant_shift_of_lengths_is_beyond_noise() -> None:
    found = paired([10.0] * 8, [15.0] * 8)
    assert (found.difference, found.low, found.high) == (5, 5, 5)
    assert found.beyond_noise


def test_what_is_left_of_adding_up_is_no_difference() -> None:
    found = paired([0.3] * 10, [0.1 + 0.2] * 10)
    assert (found.difference, found.p, found.beyond_noise) == (0, 1, False)


def test_chance_alone_is_seldom_beyond_noise() -> None:
    chance = np.random.default_rng(3)
    before, after = chance.binomial(1, 0.6, (2, 100, 40)).astype(float)
    alarms = sum(paired(*pair).beyond_noise for pair in zip(before.tolist(), after.tolist(), strict=True))
    assert alarms <= 10  # at most 5 expected


def test_what_is_no_pair_is_refused() -> None:
    for before, after in (([], []), ([1.0], [1.0, 0.0])):
        with pytest.raises(ValueError, match="pairs"):
            paired(before, after)


def test_the_same_values_give_the_same_figures() -> None:
    chance = np.random.default_rng(4)
    before, after = chance.normal(size=(2, 50)).tolist()
    assert paired(before, after) == paired(before, after)
    assert figure(before) == figure(before) != Figure(0, 0, 0, 50)
