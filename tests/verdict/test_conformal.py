"""Source sets: the promise is kept, and sets never contradict the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fpinspect.verdict import calibration, conformal
from fpinspect.verdict.assess import Answer, opinion, withhold
from fpinspect.verdict.classifier import SOURCES, Heads, opinion_names

ANSWERS = ("real", "generated", "inconclusive")


def _draw(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Shares of n images whose own class is mostly, not always, the likeliest."""
    target = rng.integers(0, 6, n)
    scores = rng.normal(0, 1, (n, 6))
    scores[np.arange(n), target] += 2.5
    e = np.exp(scores)
    return e / e.sum(axis=1, keepdims=True), target


def test_every_source_is_covered_as_promised() -> None:
    rng = np.random.default_rng(0)
    quantiles = conformal.fit(*_draw(rng, 3000), 0.9, by_source=True)
    shares, target = _draw(rng, 6000)
    covered = (shares >= quantiles)[np.arange(len(target)), target]
    for c in range(6):
        # Beta spread of 500 calibration images and binomial spread of 1,000 tested ones.
        assert covered[target == c].mean() == pytest.approx(0.9, abs=0.06)


def test_sources_weigh_alike_whatever_the_mix() -> None:
    rng = np.random.default_rng(1)
    shares, target = _draw(rng, 6000)
    # One source is hard: half of its images look like another.
    hard = (target == 1) & (rng.random(6000) < 0.5)
    shares[hard] = np.roll(shares[hard], 1, axis=1)
    common = (target != 1) | (rng.random(6000) < 0.1)
    quantiles = conformal.fit(shares[common], target[common], 0.9)
    assert len(set(quantiles)) == 1
    covered = (shares >= quantiles)[np.arange(len(target)), target]
    by_source = [covered[target == c].mean() for c in range(6)]
    assert np.mean(by_source) == pytest.approx(0.9, abs=0.03)


def test_too_few_images_promise_nothing_and_exclude_nothing() -> None:
    shares, target = _draw(np.random.default_rng(1), 60)
    target[:] = 0
    target[:18] = 3
    quantiles = conformal.fit(shares, target, by_source=True)
    assert quantiles[3] == 0
    assert quantiles[1] == 0  # no image at all
    assert quantiles[0] > 0
    assert conformal.fit(shares[:18], target[:18]) == [0.0] * 6
    assert conformal.counts(target) == [42, 0, 0, 18, 0, 0]


def test_nineteen_images_are_enough_for_95_percent() -> None:
    shares, target = _draw(np.random.default_rng(2), 19)
    target[:] = 0
    assert conformal.fit(shares, target) == [shares[:, 0].min()] * 6


@pytest.mark.parametrize("coverage", [0.0, 1.0, 95.0])
def test_nonsense_coverage_is_refused(coverage: float) -> None:
    with pytest.raises(ValueError, match="coverage"):
        conformal.fit(np.full((3, 6), 1 / 6), np.zeros(3, int), coverage)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="shares"):
        conformal.fit(np.full((3, 6), 1 / 6), np.zeros(4, int))


@pytest.mark.parametrize("answer", ANSWERS)
def test_sets_never_contradict_the_answer(answer: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(300):
        shares = dict(zip(SOURCES, rng.dirichlet(np.full(6, 0.3)), strict=True))
        quantiles = rng.random(6) ** rng.integers(1, 6)
        found = conformal.source_set(shares, list(quantiles), answer=answer)
        generators = set(found) - {"real"}
        assert ("real" in found) == (answer != "generated")
        assert generators or answer == "real"
        ranked = [shares[name] for name in found]
        assert ranked == sorted(ranked, reverse=True)


def test_the_verdict_uses_the_quantiles_of_its_band(heads: Heads) -> None:
    settings = dict(heads.settings)
    settings["bands"] = [{**settings["bands"][0], "conformal": [0.0] * 6, "conformal_n": [30] * 6}]
    wide = replace(heads, settings=settings)
    o = np.zeros((len(opinion_names()), 6))
    o[:, 1] = 8.0
    found = opinion(o, wide, 1, quality=None)
    # Quantiles of 0 exclude nothing but what the answer excludes.
    assert found.answer is Answer.GENERATED
    assert set(found.source_set) == set(SOURCES) - {"real"}
    assert found.to_dict()["conformal"] == {"coverage": 0.95, "n": dict.fromkeys(SOURCES, 30)}
    assert opinion(o, heads, 1, quality=None).conformal is None


def test_a_withheld_answer_leaves_both_sides_open(heads: Heads) -> None:
    settings = dict(heads.settings)
    settings["bands"] = [{**settings["bands"][0], "conformal": [1.0] * 6}]
    narrow = replace(heads, settings=settings)
    o = np.zeros((len(opinion_names()), 6))
    o[:, 2] = 8.0
    found = withhold(opinion(o, narrow, 1, quality=None), narrow, quality=None)
    assert found.answer is Answer.INCONCLUSIVE
    assert found.source == "unknown"
    assert set(found.source_set) == {"real", "sd2"}


def test_the_poorer_of_two_rates_is_stated() -> None:
    heads_band = {
        "name": "raw", "low": 1, "high": 100, "slope": 1.0, "slope_tiles": 0.0, "offset": 0.0,
        "temperature": 1.0, "threshold": 1.0, "real_threshold": -1.0, "nominal_fpr": 0.01,
        "measured_fpr": 0.01, "measured_tpr": 0.9, "measured_miss": 0.04, "n_real": 100,
        "n_generated": 100,
    }  # fmt: skip
    plain = calibration.bands_from({"bands": [heads_band]})[0]
    assert plain.stated_fpr == 0.01
    assert "poorer" not in plain.basis
    both = {**heads_band, "group_fpr": 0.012, "repository_fpr": 0.031, "repository_miss": 0.02}
    poor = calibration.bands_from({"bands": [both]})[0]
    assert poor.stated_fpr == 0.031
    assert poor.stated_miss == 0.04
    assert "poorer of two" in poor.basis
