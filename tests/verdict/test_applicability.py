"""What weakens and what blocks: rules with plain words, silent where nothing does."""

from __future__ import annotations

import io
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from fpinspect.evidence.image import Flag, Severity
from fpinspect.evidence.traces.grid import trace_double
from fpinspect.lab.demo_scenes import sample_photographs
from fpinspect.verdict import applicability, condition
from fpinspect.verdict.assess import opinion
from fpinspect.verdict.calibration import bands_from
from fpinspect.verdict.classifier import Heads, opinion_names

Picture = Image.Image


@pytest.fixture(scope="module")
def photo() -> Picture:
    """A photograph of 400 x 400 px, its old JPEG grid softened by a slight reduction."""
    with Image.open(sample_photographs()[0]) as picture:
        return picture.convert("RGB").crop((100, 20, 500, 420))


def _codes(picture: Picture) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(picture.convert("RGB")).transpose(2, 0, 1))


def _flags(
    codes: np.ndarray, *, quality: int | None = None, earlier: int | None = None
) -> dict[str, Flag]:
    found = applicability.image_flags(
        codes, quality=quality, tiles_used=1, tiles_available=1, rates=(0.9, 0.6),
        earlier_quality=earlier,
    )  # fmt: skip
    return {flag.code: flag for flag in found}


def _jpeg(picture: Picture, quality: int) -> Picture:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def _drawing() -> Picture:
    picture = Image.new("RGB", (400, 400), (236, 236, 240))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((20, 30, 180, 140), fill=(40, 90, 200))
    for y in range(180, 380, 14):
        pen.text((20, y), "The quick brown fox jumps over the lazy dog 0123456789", fill="black")
    return picture


def _burnt(picture: Picture) -> Picture:
    return picture.point(lambda v: min(255, 4 * v))


def test_nothing_is_said_where_nothing_weakens(photo: Picture) -> None:
    assert _flags(_codes(photo)) == {}
    assert _flags(_codes(photo), quality=95) == {}


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("grey", lambda p: p.convert("L")),
        ("resampled", lambda p: p.resize((600, 600), Image.Resampling.BICUBIC)),
        ("resampled", lambda p: p.resize((520, 520), Image.Resampling.BILINEAR)),
        ("soft", lambda p: p.filter(ImageFilter.GaussianBlur(1.3))),
        ("soft", lambda p: _jpeg(p.filter(ImageFilter.GaussianBlur(2)), 95)),
        ("no_detail", lambda p: p.filter(ImageFilter.GaussianBlur(2))),
        ("saturated", _burnt),
        ("drawing", lambda p: _drawing()),
        ("drawing", lambda p: _jpeg(_drawing(), 80)),
    ],
)
def test_every_state_is_seen_and_said(
    photo: Picture, code: str, change: Callable[[Picture], Picture]
) -> None:
    found = _flags(_codes(change(photo)))
    assert code in found
    assert found[code].severity is Severity.WARNING
    effects = ("counts", "limited", "recognised")
    assert any(word in found[code].message for word in effects)
    assert code in applicability.SHORT


def test_only_tiny_and_flat_images_are_blocked(photo: Picture) -> None:
    blocked = {
        "too_small": _codes(photo.crop((0, 0, 63, 300))),
        "flat": np.full((3, 200, 200), 90, np.uint8),
    }
    for code, codes in blocked.items():
        found = _flags(codes)
        assert found[code].severity is Severity.BLOCKING
        assert applicability.blocked(list(found.values()))
    for picture in (_drawing(), photo.convert("L"), _burnt(photo), photo.crop((0, 0, 64, 64))):
        assert not applicability.blocked(list(_flags(_codes(picture), quality=20).values()))


def test_small_images_rest_on_less(photo: Picture) -> None:
    assert set(_flags(_codes(photo.crop((0, 0, 255, 400))))) == {"small_image"}
    assert set(_flags(_codes(photo.crop((0, 0, 256, 400))))) == set()


@pytest.mark.parametrize(
    ("side", "code"),
    [(64, "tiny_image"), (79, "tiny_image"), (80, "small_image"), (255, "small_image")],
)
def test_the_size_is_named_with_what_it_means(photo: Picture, side: int, code: str) -> None:
    codes = _codes(photo.crop((0, 0, 400, side)))
    for quality in (None, 95):
        found = _flags(codes, quality=quality)
        assert set(found) == {code}
        assert f"400 × {side} px" in found[code].message


@pytest.mark.parametrize("sigma", [1.5, 2, 3, 5])
def test_strong_blur_leaves_next_to_nothing_of_the_ratio(photo: Picture, sigma: float) -> None:
    found = _flags(_codes(photo.filter(ImageFilter.GaussianBlur(sigma))))
    assert "no_detail" in found
    assert "soft" not in found
    weakened = applicability.weaken(2.5, list(found.values()))
    assert weakened is not None
    assert weakened.log10_lr <= 0.5


def test_qualities_are_named_with_what_they_cost(photo: Picture) -> None:
    codes = _codes(photo)
    said = _flags(codes, quality=75)["jpeg_quality"].message
    assert "75" in said
    assert "60\u00a0%" in said
    assert "90\u00a0%" in said
    assert set(_flags(codes, quality=49)) == {"heavy_jpeg"}
    assert set(_flags(codes, earlier=75)) == {"earlier_jpeg"}
    assert set(_flags(codes, quality=95, earlier=75)) == {"double_jpeg"}
    assert _flags(codes, earlier=95) == {}


def test_a_coarser_jpeg_shows_through_a_finer_one(photo: Picture) -> None:
    once = np.asarray(photo.resize((333, 333), Image.Resampling.LANCZOS))
    base = Image.fromarray(once)
    single = trace_double(np.asarray(_jpeg(base, 95)), 95)
    assert single is not None
    assert not single.found
    aligned = trace_double(np.asarray(_jpeg(_jpeg(base, 70), 95)), 95)
    assert aligned is not None
    assert aligned.found
    assert aligned.quality == pytest.approx(70, abs=3)
    assert aligned.offset == (0, 0)
    cut = _jpeg(base, 70).crop((5, 3, 333, 333))
    moved = trace_double(np.asarray(_jpeg(cut, 95)), 95)
    assert moved is not None
    assert moved.found
    assert moved.offset == (5, 3)
    # A finer one before a coarser one has left nothing.
    assert not trace_double(np.asarray(_jpeg(_jpeg(base, 95), 75)), 75).found  # type: ignore[union-attr]
    assert trace_double(np.zeros((16, 16, 3), np.uint8), 95) is None


def _flag(code: str) -> Flag:
    return Flag(code, Severity.WARNING, code)


_WEAKENING = sorted(c for c, rule in applicability.RULES.items() if rule != applicability.Rule())


@given(st.floats(-4, 4), st.lists(st.sampled_from(_WEAKENING), max_size=4))
def test_rules_only_ever_weaken(log10_lr: float, codes: list[str]) -> None:
    found = applicability.weaken(log10_lr, [_flag(code) for code in codes])
    if not codes:
        assert found is None
        return
    assert found is not None
    assert abs(found.log10_lr) <= abs(log10_lr)
    assert found.log10_lr * log10_lr >= 0
    assert found.before == log10_lr
    assert set(found.by) == set(codes)


def test_a_drawing_gets_limited_support_at_most() -> None:
    for log10_lr in (3.0, -3.0):
        found = applicability.weaken(log10_lr, [_flag("drawing")])
        assert found is not None
        assert found.log10_lr == math.copysign(applicability.RULES["drawing"].cap, log10_lr)


@pytest.mark.parametrize("code", ["drawing", "grey"])
def test_what_was_never_calibrated_gets_no_answer(code: str) -> None:
    cap = applicability.RULES[code].cap
    for band in bands_from(Heads.load().settings):
        assert cap < band.threshold / math.log(10)
        if code == "grey":  # Of these the heads call generated ones real.
            assert -cap > band.real_threshold / math.log(10)


def test_flags_without_a_rule_change_nothing() -> None:
    codes = ("jpeg_quality", "small_image", "double_jpeg")
    assert applicability.weaken(2.0, [_flag(code) for code in codes]) is None


def test_every_rule_has_words_and_every_word_a_rule() -> None:
    assert set(applicability._WORDS) == set(applicability.RULES) <= set(applicability.SHORT)
    for code in applicability.RULES:
        said = applicability._warn(code, quality=60, w=80, h=70).message
        assert "{" not in said
        assert said.endswith(".")


def test_the_verdict_tells_what_it_would_have_been(heads: Heads) -> None:
    o = np.zeros((len(opinion_names()), 6))
    o[:, 1] = 4.0
    plain = opinion(o, heads, 1, quality=None)
    weak = opinion(o, heads, 1, quality=None, flags=[_flag("drawing"), _flag("small_image")])
    assert plain.weakening is None
    assert weak.weakening is not None
    assert weak.weakening.to_dict() == {"log10_lr_before": plain.log10_lr, "by": ["drawing"]}
    assert weak.log10_lr == pytest.approx(min(plain.log10_lr, 0.9))
    assert weak.p_generated == pytest.approx(1 / (1 + 10**-weak.log10_lr))
    assert sum(weak.sources.values()) == pytest.approx(1)


@pytest.mark.parametrize("side", [1, 15, 63, 64, 200])
def test_any_size_is_measured(side: int) -> None:
    codes = np.random.default_rng(side).integers(0, 256, (3, side, side + 7), dtype=np.uint8)
    found = condition.measure(codes)
    assert all(math.isfinite(getattr(found, name)) for name in condition.Condition.__slots__)
    assert found.textured == 1.0
