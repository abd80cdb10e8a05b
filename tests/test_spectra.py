"""``fpinspect spectra``: the seed's pictures and arrays of one image and of an average."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fpinspect import cli
from fpinspect.report.spectra import AverageSpectra, image_spectra, lattice_peaks


def save(path: Path, codes: np.ndarray) -> Path:
    Image.fromarray(codes).save(path)
    return path


def noisy(seed: int, shape: tuple[int, int] = (256, 256), pattern: float = 0.0) -> np.ndarray:
    """Grey noise with, if asked for, a weak pattern of period 8 fixed to the lattice."""
    rng = np.random.default_rng(seed)
    y, x = np.indices(shape)
    wave = pattern * np.cos(2 * np.pi * (3 * x + y) / 8)
    codes = 128 + rng.normal(0, 6, (*shape, 3)) + wave[:, :, None]
    return np.clip(np.rint(codes), 0, 255).astype(np.uint8)


def load(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def run(*args: object) -> int:
    return cli.main(["spectra", *map(str, args)])


def test_one_image_gives_three_pictures_and_its_arrays(tmp_path, capsys):
    path = save(tmp_path / "photo.png", noisy(1, (100, 140)))
    assert run(path, "--out", tmp_path / "out") == 0
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == [
        "photo_log_magnitude.png",
        "photo_phase.png",
        "photo_residual.png",
        "photo_spectra.npz",
    ]
    assert sorted(Path(line).name for line in capsys.readouterr().out.splitlines()) == names
    arrays = load(tmp_path / "out" / "photo_spectra.npz")
    assert {a.dtype for a in arrays.values()} == {np.dtype(np.float32)}
    assert arrays["planes"].shape == (3, 100, 140)
    # Eq. 3: the stored level is that of the stored planes.
    power = (np.abs(np.fft.fft2(arrays["planes"])) ** 2).mean(axis=0) / (100 * 140)
    expected = np.fft.fftshift(10 * np.log10(np.maximum(power, 1e-10)))
    assert np.allclose(arrays["log_magnitude_db"], expected, atol=0.02)
    phase = np.angle(np.fft.fftshift(np.fft.fft2(arrays["planes"].mean(axis=0))))
    strong = expected > -20
    apart = np.abs(np.exp(1j * phase) - np.exp(1j * arrays["phase"]))[strong]
    assert np.quantile(apart, 0.99) < 0.01
    assert arrays["freq_x_cpp"][70] == 0.0
    assert arrays["freq_y_cpp"][0] == -0.5


def test_residual_and_denoised_image_add_up(tmp_path):
    path = str(save(tmp_path / "photo.png", noisy(2, (64, 64))))
    parts = {of: image_spectra(path, of=of).arrays["planes"] for of in ("residual", "denoised")}
    whole = image_spectra(path, of="image").arrays["planes"]
    assert np.allclose(parts["residual"] + parts["denoised"], whole, atol=1e-3)


def test_average_brings_out_what_repeats_on_the_lattice(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    for seed in range(6):
        save(folder / f"{seed}.png", noisy(seed, (256, 384), pattern=1.5))
    assert run(folder, "--out", tmp_path / "out") == 0
    arrays = load(tmp_path / "out" / "average_spectra.npz")
    assert arrays["images"] == 6
    assert arrays["mean"].shape == (3, 256, 256)
    assert (0.375, 0.125) in lattice_peaks(arrays["log_magnitude_db"])
    at = (64 + 16, 64 + 48)
    assert arrays["coherence"][at] > 0.95
    assert np.median(arrays["coherence"]) < 0.7
    assert len(list((tmp_path / "out").glob("average_*.png"))) == 5


def test_peaks_are_not_seen_in_noise():
    db = 10 * np.log10(np.random.default_rng(0).exponential(size=(3, 256, 256)).mean(axis=0))
    assert lattice_peaks(db) == []


def test_small_images_put_all_on_the_smaller_lattice(tmp_path):
    average = AverageSpectra()
    average.add(str(save(tmp_path / "large.png", noisy(1))))
    average.add(str(save(tmp_path / "small.png", noisy(2, (128, 128)))))
    done = average.finish(2)
    assert done.arrays["mean"].shape == (3, 128, 128)
    assert done.arrays["images"] == 2


def test_images_that_fail_are_named_and_the_rest_averaged(tmp_path, capsys):
    folder = tmp_path / "images"
    folder.mkdir()
    save(folder / "good.png", noisy(1))
    save(folder / "tiny.png", noisy(2, (40, 60)))
    (folder / "text.png").write_text("not an image")
    assert run(folder, "--out", tmp_path / "out") == 3
    told = capsys.readouterr().err
    assert "tiny.png" in told
    assert "60×40 px" in told
    assert "text.png" in told
    assert "Traceback" not in told
    assert load(tmp_path / "out" / "average_spectra.npz")["images"] == 1


def test_average_does_not_depend_on_the_order(tmp_path):
    paths = [str(save(tmp_path / f"{seed}.png", noisy(seed, (128, 128)))) for seed in range(3)]
    results = []
    for order in (paths, paths[::-1]):
        average = AverageSpectra()
        for path in order:
            average.add(path)
        results.append(average.finish(3).arrays["mean"])
    assert np.allclose(*results, atol=1e-5)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["missing.png", "--out", "out"], "there is no"),
        (["photo.png", "--out", "out", "--denoiser", "magic"], "unknown denoiser"),
        (["photo.png", "--out", "photo.png/deep"], "cannot be made"),
        (["empty", "--out", "out"], "no images"),
        (["images", "--out", "images/out"], "outside the images"),
    ],
)
def test_wrong_use_is_told_in_plain_words(tmp_path, capsys, monkeypatch, args, words):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "photo.png", noisy(1, (64, 64)))
    (tmp_path / "empty").mkdir()
    (tmp_path / "images").mkdir()
    save(tmp_path / "images" / "a.png", noisy(1, (64, 64)))
    assert run(*args) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_nothing_usable_leaves_no_results(tmp_path, capsys):
    path = tmp_path / "text.png"
    path.write_text("not an image")
    assert run(path, "--out", tmp_path / "out") == 3
    assert "text.png" in capsys.readouterr().err
    assert list((tmp_path / "out").iterdir()) == []


def test_pictures_carry_scale_and_caption(tmp_path):
    path = str(save(tmp_path / "a name 図.png", noisy(3, (64, 64))))
    done = image_spectra(path)
    with Image.open(io.BytesIO(done.pictures["log_magnitude"])) as picture:
        sheet = np.asarray(picture.convert("L"))
    # Below the picture there is ink: ticks, axis name, caption; right of it, the scale.
    assert (sheet[-110:] < 128).any()
    assert (sheet[:, -90:-40] < 128).any()
