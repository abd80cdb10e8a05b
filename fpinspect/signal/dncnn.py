"""A compact denoising network of our own, applied to each colour plane.

After Zhang et al., "Beyond a Gaussian denoiser" (DnCNN, 2017): stacked 3×3 convolutions that
predict the noise. Ours has no batch norm, no biases and a first layer whose filters sum to zero:
the noise of a flat image is 0, brightness does not matter, and doubling the contrast doubles the
answer (Mohan et al., "Robust and interpretable blind image denoising via bias-free CNNs", 2020).
Nothing is down-sampled, so it leaves no lattice of its own. Trained by `fpinspect.lab.train_dncnn`.
"""

from __future__ import annotations

import hashlib
import json
from itertools import pairwise
from pathlib import Path

import torch
from safetensors.torch import load as load_tensors
from torch import nn
from torch.nn import functional

_TILE = 128  # the activations of a tile stay in the CPU's cache


class PlaneNet(nn.Module):
    """Predict the noise of one plane; convolutions are not padded.

    Parameters
    ----------
    depth : int
        Number of 3×3 convolutions, at least 2: the output loses `depth` pixels at each side.
    width : int
        Channels of the inner layers.
    """

    def __init__(self, depth: int = 8, width: int = 24) -> None:
        super().__init__()
        channels = [1, *[width] * (depth - 1), 1]
        self.layers = nn.ModuleList(nn.Conv2d(a, b, 3, bias=False) for a, b in pairwise(channels))

    @property
    def reach(self) -> int:
        """How many pixels an output value sees to each side."""
        return len(self.layers)

    def settle(self) -> None:
        """Make the filters of the first layer sum to zero; called after every training step."""
        with torch.no_grad():
            first = next(self.parameters())
            first.sub_(first.mean((-2, -1), keepdim=True))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map planes (N, 1, H, W) to their noise (N, 1, H - 2 depth, W - 2 depth), same unit."""
        *hidden, last = self.layers
        for layer in hidden:
            x = functional.relu(layer(x), inplace=True)
        noise: torch.Tensor = last(x)
        return noise


def load_net(weights: Path) -> tuple[PlaneNet, str]:
    """Read a network from a safetensors file and the JSON of the same name beside it.

    Returns
    -------
    net : PlaneNet
        On the CPU, ready for inference.
    version : str
        Version of the weights.

    Raises
    ------
    FileNotFoundError
        If one of the two is missing.
    ValueError
        If the weights are not those that the JSON describes.
    """
    data = weights.read_bytes()
    facts = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    if hashlib.sha256(data).hexdigest() != facts["sha256"]:
        raise ValueError(f"{weights} is damaged: its SHA-256 is not the one in its JSON")
    net = PlaneNet(**facts["architecture"])
    net.load_state_dict(load_tensors(data))
    net.eval().requires_grad_(False)
    return net, str(facts["version"])


def predict_noise(net: PlaneNet, planes: torch.Tensor) -> torch.Tensor:
    """Predict the noise of whole planes; edges are replicated.

    Parameters
    ----------
    net : PlaneNet
        The network; it follows the planes to their device.
    planes : torch.Tensor
        (N, 1, H, W) float32 in 0..255, any size.

    Returns
    -------
    torch.Tensor
        (N, 1, H, W) float32. On the CPU the planes go one by one, in tiles: faster, and the
        numbers of an image do not depend on its batch.
    """
    # The network ignores constants; without this, rounding would leave a residual on flat images.
    centred = planes - planes[..., :1, :1]
    padded = functional.pad(centred, (net.reach,) * 4, mode="replicate")
    with torch.no_grad():
        if planes.device.type != "cpu":
            return net.to(planes.device)(padded)  # type: ignore[no-any-return]
        noise = torch.empty_like(planes)
        net.to("cpu")
        for plane, out in zip(padded[:, None], noise[:, None], strict=True):
            _predict_tiles(net, plane, out)
    return noise


def _predict_tiles(net: PlaneNet, padded: torch.Tensor, out: torch.Tensor) -> None:
    """Fill out (1, 1, H, W) from padded (1, 1, H + 2 reach, W + 2 reach)."""
    margin = 2 * net.reach
    for y in range(0, out.shape[-2], _TILE):
        for x in range(0, out.shape[-1], _TILE):
            part = padded[..., y : y + _TILE + margin, x : x + _TILE + margin]
            part = part.contiguous(memory_format=torch.channels_last)
            out[..., y : y + _TILE, x : x + _TILE] = net(part)
