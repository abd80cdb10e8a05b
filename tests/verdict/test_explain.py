"""The explanation: honest sentences, tiles, nearest reference, frequencies taken out."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from fpinspect.evidence.image import Flag, Severity
from fpinspect.fingerprint.match import Match
from fpinspect.lab.demo_scenes import Scene, scene
from fpinspect.lab.explain_test import take_out
from fpinspect.lab.train_demo_generator import generate, load_generator
from fpinspect.verdict import explain, features, occlusion, tiles
from fpinspect.verdict.assess import (
    Answer,
    Verdict,
    assess,
    judge,
    opinion,
    shipped_heads,
    tile_odds,
    tiles_disagree,
)
from fpinspect.verdict.classifier import Heads, opinion_names
from fpinspect.verdict.explain import TileOdds


@pytest.fixture(scope="module")
def verdict(heads: Heads) -> Verdict:
    return opinion(np.zeros((len(opinion_names()), 6)), heads, 1, quality=None)


def _tiles(*values: float) -> list[TileOdds]:
    return [TileOdds(0, 256 * i, 256, 256, v) for i, v in enumerate(values)]


def test_sentences_say_no_more_than_the_ratio(verdict: Verdict) -> None:
    v = replace(verdict, answer=Answer.GENERATED, log10_lr=2.3999, strength="moderately strong",
                source="sd1")  # fmt: skip
    said = explain.sentence(v, [])
    assert "moderately strong support" in said
    assert "250 times" in said
    assert "Stable Diffusion 1.x" in said
    assert "weakened" not in said
    assert "1 in" in said
    assert said.endswith(".")


def test_a_source_that_is_not_known_is_not_named(verdict: Verdict) -> None:
    v = replace(verdict, answer=Answer.GENERATED, log10_lr=2.0, source="unknown")
    assert "cannot be named" in explain.sentence(v, [])


def test_real_does_not_rule_out_a_generator(verdict: Verdict) -> None:
    v = replace(verdict, answer=Answer.REAL, log10_lr=-1.5, strength="moderate", source="real")
    said = explain.sentence(v, [])
    assert "moderate support for a real photograph" in said
    assert "32 times as likely in a photograph" in said
    assert "does not rule out" in said


@pytest.mark.parametrize(("log10_lr", "side"), [(0.5, "generated image"), (-0.5, "photograph")])
def test_inconclusive_decides_nothing(verdict: Verdict, log10_lr: float, side: str) -> None:
    v = replace(verdict, answer=Answer.INCONCLUSIVE, log10_lr=log10_lr)
    said = explain.sentence(v, [])
    assert "do not decide" in said
    assert "support" not in said
    assert f"3.2 times as likely in a {side}" in said


def test_a_blocking_flag_leaves_no_side(verdict: Verdict) -> None:
    v = replace(verdict, answer=Answer.INCONCLUSIVE, log10_lr=3.0)
    said = explain.sentence(v, [Flag("flat", Severity.BLOCKING, "One flat colour.")])
    assert said == "No opinion is given on this image: one flat colour."


def test_what_weakens_is_said_once_each(verdict: Verdict) -> None:
    v = replace(verdict, answer=Answer.REAL, log10_lr=-1.0)
    flags = [
        Flag("jpeg_quality", Severity.WARNING, "x"),
        Flag("grey", Severity.WARNING, "x"),
        Flag("sampled", Severity.INFO, "x"),
        Flag("tiles_disagree", Severity.WARNING, "x"),
    ]
    said = explain.sentence(v, flags)
    assert "weakened by JPEG compression and the missing colour, and parts" in said
    assert "do not decide" in explain.sentence(v, [Flag("not_robust", Severity.WARNING, "x")])


def test_tiles_disagree_only_when_both_sides_are_clear() -> None:
    assert tiles_disagree(_tiles(1.5, -1.2), limit=1.0)
    assert not tiles_disagree(_tiles(1.5, -0.8), limit=1.0)
    assert not tiles_disagree(_tiles(2.5, 0.1), limit=1.0)
    assert not tiles_disagree(_tiles(2.5), limit=1.0)


def test_tile_odds_are_those_of_the_tile_alone(heads: Heads) -> None:
    codes = np.random.default_rng(0).integers(0, 256, (3, 256, 520), dtype=np.uint8)
    tileset = tiles.cut(codes, max_tiles=4)
    odds = tile_odds(tileset, judge(tileset, heads), heads, quality=None)
    assert [(t.y, t.x) for t in odds] == list(tileset.origins)
    for tile, one in zip(tileset.tiles, odds, strict=True):
        alone = tiles.cut(np.ascontiguousarray(tile.codes), max_tiles=1)
        assert one.log10_lr == assess(alone, heads, quality=None, flags=[]).log10_lr
        assert (one.h, one.w) == tile.codes.shape[1:]


def _match(p: float, folded: float) -> Match:
    return Match(0.25, folded, 1.0, (3, 5), p, 100)


def test_nearest_is_the_least_likely_by_chance() -> None:
    found = explain.nearest({"a": _match(0.3, 9.0), "b": _match(0.1, 4.0), "c": _match(0.1, 5.0)})
    assert found is not None
    assert found.label == "c"
    assert found.distance == 0.75
    assert explain.nearest({}) is None


def test_cells_cover_the_half_plane_once() -> None:
    found = occlusion.cells()
    assert len(found) == len(set(found)) == 33
    for y, x in found:
        assert -3 <= y <= 4
        assert 0 <= x <= 4
    # All bins but those around zero frequency belong to a cell; cells are alike in size.
    owner = occlusion._owner(64, 96)
    assert set(np.unique(owner)) == {-1, *range(33)}
    assert owner[0, 0] == -1


def test_taking_out_a_peak_takes_out_that_peak_only() -> None:
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:128, :128]
    wave = 12 * np.cos(2 * np.pi * (0.25 * y + 0.375 * x))
    codes = np.clip(rng.normal(128, 8, (3, 128, 128)) + wave, 0, 255).astype(np.uint8)
    quiet = occlusion.Quietener(codes)
    power = lambda c: np.abs(np.fft.fft2(c[0].astype(float))) ** 2  # noqa: E731 - one use below
    before = power(codes)
    after, other = power(quiet.without([(2, 3)])), power(quiet.without([(1, 1)]))
    assert after[32, 48] < before[32, 48] / 3
    assert other[32, 48] > before[32, 48] / 1.1
    # Its mirror image goes with it, other cells stay.
    assert after[-32, -48] == pytest.approx(after[32, 48])
    assert after[16, 10] == pytest.approx(before[16, 10], rel=0.3)


def test_quietening_never_amplifies() -> None:
    codes = np.random.default_rng(4).integers(0, 256, (3, 64, 64), dtype=np.uint8)
    quiet = occlusion.Quietener(codes)
    assert all(quiet.gains(cell).max() <= 1 for cell in occlusion.cells())


def test_every_lag_is_found_in_the_family() -> None:
    """Moving a residual changes the lag that `_lag_places` says."""
    rng = np.random.default_rng(5)
    base = rng.normal(0, 3, (96, 96)).astype(np.float32)
    echo = base + 0.8 * np.roll(base, (2, 3), axis=(0, 1))
    residual = np.stack([echo] * 3)
    tile = features.Tile(np.zeros((3, 96, 96), np.uint8), residual)
    vector = features.autocorrelation(features.Group((tile,)))[0]
    places = occlusion._lag_places()
    assert len(places) == 144
    assert sorted(itertools.chain(*places.values())) == sorted(
        set(range(1302)) - {144, 289, 434, 435 + 144, 724 + 144, 1013 + 144}
    )
    strength = {lag: vector[at].mean() for lag, at in places.items()}
    assert max(strength, key=lambda lag: strength[lag]) == (2, 3)


def test_measured_shares_rank_and_name(heads: Heads) -> None:
    codes = np.random.default_rng(6).integers(0, 256, (3, 64, 64), dtype=np.uint8)
    tileset = tiles.cut(codes, max_tiles=1)
    found = occlusion.measure(tileset, judge(tileset, heads).tile_opinions, heads, quality=None)
    assert len(found.frequencies) == 33
    frequencies, lags = found.strongest(1.0)
    assert len(frequencies) <= occlusion.NAMED
    assert all(f.log10_lr > 0 for f in frequencies)
    shares = [f.log10_lr for f in frequencies]
    assert shares == sorted(shares, reverse=True)
    assert all(lag.log10_lr < 0 for lag in found.strongest(-1.0)[1])
    assert len(lags) <= occlusion.NAMED_LAGS


def test_what_is_named_carries_more_than_as_much_else_with_the_shipped_heads() -> None:
    """Pictures of the bundled generator lose more log-odds by the named frequencies.

    Together: one 128-px picture of a generator that the heads never saw is close to a draw.
    """
    heads, model = shipped_heads(), load_generator()
    taken = []
    for seed in range(11, 17):
        drawn = generate(model, scene(Scene.TOWN, seed, (128, 128)))
        codes = np.ascontiguousarray(np.asarray(drawn).transpose(2, 0, 1))
        taken.append(take_out(codes, heads, "demo", None, seed))
    assert all(one.count > 0 for one in taken)
    assert sum(one.named for one in taken) > sum(one.others for one in taken)
