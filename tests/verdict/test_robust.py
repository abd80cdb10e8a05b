"""The ensemble: its members, and when an answer counts as turned round."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fpinspect.verdict import robust, tiles
from fpinspect.verdict.assess import Answer, Verdict, assess, opinion
from fpinspect.verdict.classifier import Heads, opinion_names


def _verdict(heads: Heads, answer: Answer, log10_lr: float) -> Verdict:
    made = opinion(np.zeros((len(opinion_names()), 6)), heads, 1, quality=None)
    return replace(made, answer=answer, log10_lr=log10_lr)


def _members(*found: tuple[Answer, float]) -> list[robust.Member]:
    return [robust.Member(f"h{i}", lr, answer) for i, (answer, lr) in enumerate(found)]


def test_members_are_three_crops_at_three_qualities() -> None:
    codes = np.random.default_rng(0).integers(0, 256, (3, 200, 210), dtype=np.uint8)
    made = robust.handlings(codes)
    assert len(made) == 9
    assert [q for _, _, q in made] == [None, 90, 80] * 3
    assert len({name for name, _, _ in made}) == 9
    np.testing.assert_array_equal(made[0][1], codes)
    np.testing.assert_array_equal(made[3][1], codes[:, 3:, 5:])
    for _, pixels, _ in made:
        assert pixels.shape[1] >= 188
        assert pixels.dtype == np.uint8
    # Stronger compression is farther from the pixels.
    far = [np.abs(made[k][1].astype(int) - codes).mean() for k in (1, 2)]
    assert 0 < far[0] < far[1]


def test_small_images_are_not_cropped() -> None:
    assert len(robust.handlings(np.zeros((3, 80, 300), np.uint8))) == 3


def test_an_opposite_member_turns_the_answer_round(heads: Heads) -> None:
    v = _verdict(heads, Answer.GENERATED, 2.0)
    found = robust.conclude(
        v, _members((Answer.GENERATED, 2.0), (Answer.GENERATED, 1.5), (Answer.REAL, -1.0))
    )
    assert found.flipped
    assert "h2" in found.sentence


def test_weaker_members_do_not_turn_it_round(heads: Heads) -> None:
    v = _verdict(heads, Answer.GENERATED, 2.0)
    weak = [(Answer.INCONCLUSIVE, 0.4), (Answer.INCONCLUSIVE, -0.1)]
    found = robust.conclude(v, _members((Answer.GENERATED, 2.0), *weak))
    assert not found.flipped
    assert "1 of 3" in found.sentence


def test_most_leaning_to_the_other_side_turn_it_round(heads: Heads) -> None:
    v = _verdict(heads, Answer.REAL, -2.0)
    found = robust.conclude(
        v, _members((Answer.REAL, -2.0), (Answer.INCONCLUSIVE, 0.4), (Answer.INCONCLUSIVE, 0.1))
    )
    assert found.flipped


def test_no_answer_cannot_turn_round(heads: Heads) -> None:
    v = _verdict(heads, Answer.INCONCLUSIVE, 0.3)
    assert not robust.conclude(v, _members((Answer.REAL, -2.0), (Answer.GENERATED, 3.0))).flipped


@pytest.mark.parametrize(("stored", "seen"), [(None, [90, 80]), (85, [85, 80])])
def test_members_are_calibrated_for_the_lower_quality(
    heads: Heads, stored: int | None, seen: list[int]
) -> None:
    codes = np.random.default_rng(1).integers(0, 256, (3, 64, 64), dtype=np.uint8)
    asked = []

    def judge(pixels: np.ndarray, quality: int | None) -> Verdict:
        asked.append(quality)
        return assess(tiles.cut(pixels, max_tiles=1), heads, quality=quality, flags=[])

    verdict = _verdict(heads, Answer.INCONCLUSIVE, 0.0)
    found = robust.ensemble(codes, verdict, judge, quality=stored)
    assert asked == seen
    assert len(found.members) == 3
    assert set(found.to_dict()["members"][0]) == {"handling", "log10_lr", "answer"}
