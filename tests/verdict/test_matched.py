"""The fingerprints' opinion: what matches say, and what they say when they say nothing."""

from __future__ import annotations

import numpy as np
import pytest

from fpinspect.fingerprint.match import Match
from fpinspect.lab import fusion
from fpinspect.verdict import assess, matched
from fpinspect.verdict.classifier import SOURCES, Fusion, Heads, log_odds, log_shares
from fpinspect.verdict.matched import ENTRIES, NEUTRAL, Matched

FLUX = SOURCES.index("flux")


def _match(excess: float) -> Match:
    return Match(0.0, 3.0, 1.0, (0, 0), 0.5, 100, excess)


def _learnt() -> Matched:
    """Two bands: in the first FLUX images match their fingerprint, in the second nothing does."""
    rng = np.random.default_rng(3)
    goal = np.arange(9000) % 6
    weight = np.where(goal == 0, 5.0, 1.0)
    loud, silent = (rng.normal(0, 0.6, (9000, len(ENTRIES))) for _ in range(2))
    loud[goal == FLUX, ENTRIES.index("flux")] += 5
    return fusion.fit_matched([(loud, goal, weight), (silent, goal, weight)])


def test_a_match_names_its_source_where_matches_mean_something():
    found = _learnt()
    excess = np.zeros(len(ENTRIES))
    excess[ENTRIES.index("flux")] = 6.0
    assert found.logits(excess, 0).argmax() == FLUX
    assert log_odds(found.logits(excess, 0)[None])[0] > 2
    assert abs(log_odds(found.logits(excess, 1)[None])[0]) < 0.5


def test_where_no_source_matches_a_missing_match_leaves_the_odds_even():
    quiet = _learnt().logits(np.zeros(len(ENTRIES)), 1)
    assert log_odds(quiet[None])[0] == pytest.approx(0, abs=0.3)


def test_a_larger_match_never_speaks_less_for_its_source_within_what_was_seen():
    found = _learnt()
    steps = np.zeros((9, len(ENTRIES)))
    steps[:, ENTRIES.index("flux")] = np.linspace(0, 8, 9)
    shares = log_shares(found.logits(steps, 0)[:, None])[:, 0, FLUX - 1]
    assert (np.diff(shares) > 0).all()


def test_no_opinion_moves_neither_odds_nor_shares():
    weights = tuple(np.linspace(0.1, 0.5, 9))
    fused = Fusion(weights, 0.3, weights, (0.1, 0.0, -0.1, 0.2, 0.0))
    tiles = np.random.default_rng(1).normal(0, 2, (4, 8, 6))
    both = matched.joined(tiles, np.broadcast_to(NEUTRAL, (4, 6)))
    np.testing.assert_allclose(fused.score(both), fused.score(tiles), atol=1e-12)
    shift = fused.sources(both) - fused.sources(tiles)
    np.testing.assert_allclose(shift, shift[:, :1].repeat(5, axis=1), atol=1e-12)


def test_a_bank_that_lacks_an_entry_gives_no_opinion():
    found = _learnt()
    whole = {label: _match(9.0) for label in ENTRIES}
    assert not np.allclose(found.opinion(whole, 0), NEUTRAL)
    del whole["sdxl"]
    np.testing.assert_array_equal(found.opinion(whole, 0), NEUTRAL)


def test_an_enrolled_entry_has_no_say():
    found = _learnt()
    shipped = {label: _match(0.5) for label in ENTRIES}
    more = {**shipped, "house-model": _match(20.0)}
    np.testing.assert_array_equal(found.opinion(shipped, 0), found.opinion(more, 0))


def test_settings_bring_it_back_and_other_entries_are_refused():
    found = _learnt()
    stored = {"matched": found.to_settings()}
    again = Matched.from_settings(stored)
    np.testing.assert_array_equal(again.weights, found.weights)
    stored["matched"]["entries"] = ["sd1"]
    with pytest.raises(ValueError, match="other fingerprints"):
        Matched.from_settings(stored)


def test_the_bands_weighing_is_chosen_by_the_quality_of_the_file():
    shipped = assess.shipped_heads()
    learnt = _learnt()
    bands = len(shipped.settings["bands"])
    four = Matched(learnt.weights[[0] + [1] * (bands - 1)], learnt.bias[[0] + [1] * (bands - 1)])
    heads = Heads(shipped.arrays, {**shipped.settings, "matched": four.to_settings()})
    matches = {label: _match(9.0 if label == "flux" else 0.0) for label in ENTRIES}
    opinions = np.zeros((8, 6))
    lossless, coarse = (assess.with_matches(opinions, heads, matches, q) for q in (None, 75))
    assert lossless.shape == coarse.shape == (9, 6)
    assert lossless[-1].argmax() == FLUX
    assert log_odds(lossless)[-1] > log_odds(coarse)[-1] + 1
