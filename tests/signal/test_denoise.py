from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from fpinspect.resources import resource
from fpinspect.signal.denoise import denoiser_names, get_denoiser
from fpinspect.signal.dncnn import PlaneNet, load_net, predict_noise


def test_the_default_is_first_and_all_are_there() -> None:
    assert denoiser_names()[0] == "wavelet"
    assert set(denoiser_names()) == {"wavelet", "dncnn", "nlm", "median"}


@pytest.mark.parametrize("name", denoiser_names())
def test_denoisers_say_who_they_are(name: str) -> None:
    denoiser = get_denoiser(name)
    assert denoiser.name == name
    assert denoiser.version
    assert denoiser.halo > 0
    assert denoiser.halo % 16 == 0
    assert get_denoiser(name) is denoiser


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="wavelet, dncnn, nlm, median"):
        get_denoiser("bm3d")


@pytest.mark.parametrize("name", denoiser_names())
def test_an_output_value_sees_no_further_than_the_halo(
    scene: Callable[..., np.ndarray], name: str
) -> None:
    denoiser = get_denoiser(name)
    side = 2 * denoiser.halo + 33
    image = torch.from_numpy(np.round(scene(side, side)))[None]
    other = image.clone()
    other[..., 0, :] = 255 - other[..., 0, :]
    other[..., :, -1] = 255 - other[..., :, -1]
    centre = np.s_[..., denoiser.halo + 1 : -denoiser.halo, denoiser.halo : -denoiser.halo - 1]
    before, after = denoiser.residual(image), denoiser.residual(other)
    torch.testing.assert_close(before[centre], after[centre], atol=1e-3, rtol=0)
    assert not torch.equal(before, after)


@pytest.mark.parametrize("name", denoiser_names())
def test_denoise_is_the_image_without_its_residual(
    scene: Callable[..., np.ndarray], name: str
) -> None:
    image = torch.from_numpy(np.stack([scene(40, 30, 3, 1), scene(40, 30, 3, 2)]))
    denoiser = get_denoiser(name)
    total = denoiser.denoise(image) + denoiser.residual(image)
    torch.testing.assert_close(total, image, atol=1e-4, rtol=0)


def _net(depth: int = 3) -> PlaneNet:
    torch.manual_seed(0)
    net = PlaneNet(depth, 4)
    net.settle()
    return net


def test_network_ignores_brightness_and_follows_contrast(
    scene: Callable[..., np.ndarray],
) -> None:
    net, image = _net(), torch.from_numpy(scene(40, 40))[None]
    noise = predict_noise(net, image)
    torch.testing.assert_close(predict_noise(net, image + 20), noise, atol=1e-3, rtol=0)
    torch.testing.assert_close(predict_noise(net, image * 2), 2 * noise, atol=1e-3, rtol=1e-4)


def test_network_tiles_do_not_show(scene: Callable[..., np.ndarray]) -> None:
    net, image = _net(), torch.from_numpy(scene(150, 300))[None]
    reach = net.reach
    whole = net(image).detach()
    found = predict_noise(net, image)[..., reach:-reach, reach:-reach]
    torch.testing.assert_close(found, whole, atol=1e-3, rtol=1e-4)


def _write(folder: Path, sha256: str | None = None) -> Path:
    import hashlib

    path = folder / "net.safetensors"
    save_file(dict(_net().state_dict()), path)
    digest = sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
    facts = {"sha256": digest, "version": "7", "architecture": {"depth": 3, "width": 4}}
    path.with_suffix(".json").write_text(json.dumps(facts))
    return path


def test_weights_come_back_as_they_were_written(tmp_path: Path) -> None:
    net, version = load_net(_write(tmp_path))
    assert version == "7"
    for got, expected in zip(net.parameters(), _net().parameters(), strict=True):
        assert torch.equal(got, expected)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="damaged"):
        load_net(_write(tmp_path, sha256="0" * 64))


def test_shipped_weights_say_where_they_come_from() -> None:
    facts = json.loads(resource("weights/dncnn.json").read_text(encoding="utf-8"))
    assert facts["command"].startswith("python -m fpinspect.lab.train_dncnn")
    assert facts["psnr_held_out_db"]["5"]["dncnn"] > facts["psnr_held_out_db"]["5"]["noisy"] + 1
