"""From opinions to a verdict: rules of the answer, the source and the shares."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from fpinspect.evidence.image import Flag, Severity
from fpinspect.verdict import features, tiles
from fpinspect.verdict.assess import Answer, assess, opinion
from fpinspect.verdict.classifier import SOURCES, Heads, opinion_names


def voices(favoured: str, margin: float) -> np.ndarray:
    """Opinions that all agree on one source."""
    out = np.zeros((len(opinion_names()), 6))
    out[:, SOURCES.index(favoured)] = margin
    return out


def test_agreeing_opinions_give_the_obvious_verdicts(heads: Heads) -> None:
    found = opinion(voices("sd1", 8.0), heads, 1, quality=None)
    assert found.answer is Answer.GENERATED
    assert found.source == "sd1"
    assert max(found.sources, key=lambda s: found.sources[s]) == "sd1"
    real = opinion(voices("real", 8.0), heads, 1, quality=None)
    assert real.answer is Answer.REAL
    assert real.source == "real"
    assert real.log10_lr < 0 < found.log10_lr


def test_an_unfamiliar_generator_is_not_named(heads: Heads) -> None:
    found = opinion(voices("other", 8.0), heads, 1, quality=None)
    assert found.answer is Answer.GENERATED
    assert found.source == "unknown"


def test_naming_needs_ten_to_one_against_other(heads: Heads) -> None:
    o = voices("flux", 9.0)
    o[:, SOURCES.index("other")] = 8.5
    assert opinion(o, heads, 1, quality=None).source == "unknown"


def test_blocking_flag_forbids_an_answer_but_keeps_the_numbers(heads: Heads) -> None:
    flags = [Flag("flat", Severity.BLOCKING, "flat")]
    found = opinion(voices("sd1", 8.0), heads, 1, quality=None, flags=flags)
    assert found.answer is Answer.INCONCLUSIVE
    assert found.source == "unknown"
    assert math.isfinite(found.log10_lr)


def test_plain_data_holds_the_contract(heads: Heads) -> None:
    found = opinion(voices("biggan", 5.0), heads, 3, quality=None).to_dict()
    assert list(found) == [
        "answer", "p_generated", "log10_lr", "strength", "threshold", "source", "sources",
        "source_set", "families", "bound", "conformal", "weakening",
    ]  # fmt: skip
    assert found["p_generated"] == 1 - found["sources"]["real"]
    assert sum(found["sources"].values()) == pytest.approx(1)
    assert list(found["sources"]) == list(SOURCES)


def test_family_shares_add_up_to_the_unbounded_ratio(heads: Heads) -> None:
    rng = np.random.default_rng(3)
    o = rng.normal(0, 0.5, (len(opinion_names()), 6))
    found = opinion(o, heads, 1, quality=None)
    assert set(found.families) == {*opinion_names(), "calibration"}
    odds = np.logaddexp.reduce(o[:, 1:], axis=1) - o[:, 0]
    raw = (0.2 * odds.sum() + 0.1) / math.log(10)
    assert sum(found.families.values()) == pytest.approx(raw)


def test_a_verdict_does_not_depend_on_the_other_tiles_in_the_call(heads: Heads) -> None:
    rng = np.random.default_rng(4)
    vectors = rng.normal(0, 1, (5, sum(features.LENGTHS.values()))).astype(np.float32)
    together = heads.tile_opinions(vectors)
    for i in range(5):
        alone = heads.tile_opinions(vectors[i : i + 1])[0]
        np.testing.assert_array_equal(alone, together[i])


def test_assess_runs_from_pixels(heads: Heads) -> None:
    codes = np.random.default_rng(5).integers(0, 256, (3, 128, 128), dtype=np.uint8)
    found = assess(tiles.cut(codes, max_tiles=4), heads, quality=None, flags=[])
    assert 0 < found.p_generated < 1


def test_weights_of_another_schema_are_refused(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text('{"schema": 99}')
    with pytest.raises(ValueError, match="schema 99"):
        Heads.load(tmp_path)
