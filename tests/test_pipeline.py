"""The one way through the rooms, and the JSON line that others parse."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import fpinspect
from fpinspect.evidence.image import ItemError
from fpinspect.params import InspectionParams
from fpinspect.pipeline import SCHEMA, Engine, error_record, inspect

SOURCES = ["real", "sd1", "sd2", "biggan", "flux", "other"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(device="cpu")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    smooth = np.cumsum(np.cumsum(rng.normal(0, 0.4, (300, 280, 3)), axis=0), axis=1)
    noisy = 128 + 40 * np.tanh(smooth / 60) + rng.normal(0, 3, smooth.shape)
    path = tmp_path / "photo.png"
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(path)
    return path


def numbers(value: object) -> list[float]:
    """All numbers of plain data."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return []
    if isinstance(value, int | float):
        return [float(value)]
    items = value.values() if isinstance(value, dict) else value
    return [n for item in items for n in numbers(item)]  # type: ignore[union-attr]


def test_json_line_holds_the_contract(engine: Engine, photo: Path) -> None:
    line = json.loads(json.dumps(engine.inspect(photo), allow_nan=False))
    assert list(line) == [
        "schema", "path", "sha256", "bytes", "inspected_at", "status", "error", "image",
        "verdict", "matches", "provenance", "applicability", "params_hash", "bank", "version",
        "elapsed_ms", "explanation", "robust",
    ]  # fmt: skip
    assert line["schema"] == SCHEMA == "fpinspect.inspection/1"
    assert line["path"] == str(photo)
    assert line["bytes"] == photo.stat().st_size
    assert line["status"] == "ok"
    assert line["error"] is None
    assert (line["image"]["width"], line["image"]["height"]) == (280, 300)
    verdict = line["verdict"]
    assert verdict["answer"] in ("real", "generated", "inconclusive")
    assert list(verdict["sources"]) == SOURCES
    assert sum(verdict["sources"].values()) == pytest.approx(1, abs=1e-9)
    assert verdict["p_generated"] == 1 - verdict["sources"]["real"]
    assert verdict["p_generated"] == pytest.approx(1 / (1 + 10 ** -verdict["log10_lr"]))
    assert {"value", "nominal_fpr", "measured_fpr", "n"} <= set(verdict["threshold"])
    assert verdict["source"] in [*SOURCES[:-1], "unknown"]
    assert set(verdict["source_set"]) <= set(SOURCES)
    assert {"sd1", "sd2", "biggan", "flux", "real"} <= set(line["matches"])
    for match in line["matches"].values():
        assert {"aligned", "folded", "shift", "p_value", "null_images"} <= set(match)
        assert match["p_value"] >= 1 / (match["null_images"] + 1) or not match["null_images"]
        assert 0 < match["p_value"] <= 1
        assert len(match["shift"]) == 2
    assert all(math.isfinite(n) for n in numbers(line))


def test_error_record_has_the_same_keys(engine: Engine, photo: Path, tmp_path: Path) -> None:
    bad = tmp_path / "text.png"
    bad.write_text("no image")
    line = engine.inspect(bad)
    assert list(line) == list(engine.inspect(photo))
    assert line["status"] == "error"
    assert line["error"]
    assert line["image"] is line["verdict"] is line["matches"] is None
    made = error_record("x", "why", params=InspectionParams(), bank="b")
    assert list(made) == list(line)


@pytest.mark.parametrize(
    ("pixels", "code"),
    [
        (np.zeros((1, 1, 3), np.uint8), "too_small"),
        (np.full((300, 300, 3), 77, np.uint8), "flat"),
    ],
)
def test_hopeless_images_are_blocked_with_finite_numbers(
    engine: Engine, tmp_path: Path, pixels: np.ndarray, code: str
) -> None:
    path = tmp_path / "x.png"
    Image.fromarray(pixels).save(path)
    line = engine.inspect(path)
    assert line["status"] == "ok"
    assert line["verdict"]["answer"] == "inconclusive"
    assert line["verdict"]["source"] == "unknown"
    found = {flag["code"]: flag["severity"] for flag in line["applicability"]}
    assert found[code] == "blocking"
    assert all(math.isfinite(n) for n in numbers(line))


def test_the_same_image_gets_the_same_line(engine: Engine, photo: Path) -> None:
    def stable(line: dict[str, object]) -> dict[str, object]:
        return {k: v for k, v in line.items() if k not in ("inspected_at", "elapsed_ms")}

    first = stable(engine.inspect(photo))
    assert stable(Engine(device="cpu").inspect(photo)) == first
    assert stable(inspect(photo, device="cpu").to_dict()) == first


def test_metadata_does_not_move_the_verdict(engine: Engine, photo: Path, tmp_path: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    marked = tmp_path / "marked.png"
    info = PngInfo()
    info.add_text("parameters", "a cat\nSteps: 20, Sampler: Euler, Model: v1-5-pruned")
    Image.open(photo).save(marked, pnginfo=info)
    plain, said = engine.inspect(photo), engine.inspect(marked)
    assert said["verdict"] == plain["verdict"]
    assert said["matches"] == plain["matches"]
    assert plain["provenance"]["generator"] is None
    assert said["provenance"]["generator"]["tool"]


def test_arrays_on_demand(photo: Path) -> None:
    found = fpinspect.inspect(photo, device="cpu")
    residual, denoised, image = found.residual(), found.denoised(), found.planes("image")
    assert residual.shape == image.shape == (3, 300, 280)
    assert residual.dtype == np.float32
    np.testing.assert_allclose(residual + denoised, image, atol=1e-3)
    spectra = found.spectra("residual")
    assert spectra.fft.magnitude.shape == (3, 300, 141)
    assert spectra.fft.whole
    assert np.isfinite(found.radial_profile("denoised").db).all()
    assert np.isfinite(found.power_law("image").b)
    assert found.autocorrelation(lags=4).values.shape == (3, 9, 9)
    assert found.fold(period=8).mean.shape == (3, 8, 8)


def test_arrays_of_a_changed_file_are_refused(photo: Path) -> None:
    found = fpinspect.inspect(photo, device="cpu")
    Image.new("RGB", (280, 300), (1, 2, 3)).save(photo)
    with pytest.raises(ItemError, match="changed"):
        found.residual()


def test_unknown_denoiser_and_device_are_refused() -> None:
    with pytest.raises(ValueError, match="wavelet"):
        Engine(InspectionParams(denoiser="magic"))
    with pytest.raises(ValueError, match="magic"):
        Engine(device="magic")


def test_shipped_weights_answer_for_their_data(data_dir: Path) -> None:
    """A few images of every class: a sanity check of the shipped artefacts, not an accuracy."""
    import csv

    with (data_dir / "manifest.csv").open(newline="") as handle:
        rows = [r for r in csv.DictReader(handle) if r["split"] == "calibrate"]
    engine = Engine(device="cpu")
    hits = []
    for label in ("real", "sd1", "sd2", "biggan", "flux"):
        for row in [r for r in rows if r["label"] == label][:4]:
            sources = engine.inspect(data_dir / row["path"])["verdict"]["sources"]
            hits.append(max(sources, key=lambda s: sources[s]) == label)
    assert np.mean(hits) >= 0.7
