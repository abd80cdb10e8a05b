"""Denoisers D of the residual R = I - D(I), by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import numpy as np
import torch

from fpinspect.resources import resource
from fpinspect.signal import wavelet, wavelet_cpu
from fpinspect.signal.dncnn import PlaneNet, load_net, predict_noise


class Denoiser(Protocol):
    """What takes the noise out of image planes.

    Attributes
    ----------
    name, version : str
        Identify the method; a change of its numbers changes the version.
    halo : int
        How far, in pixels, an output value sees; a multiple of 16. Tiles cut with this margin,
        at origins that are multiples of 16, give the values of the whole image.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - see the class
    @property
    def version(self) -> str: ...  # noqa: D102
    @property
    def halo(self) -> int: ...  # noqa: D102

    def denoise(self, x: torch.Tensor) -> torch.Tensor:
        """Denoise planes (N, C, H, W), float32 in 0..255, any device, to the same shape."""
        ...

    def residual(self, x: torch.Tensor) -> torch.Tensor:
        """Return x - denoise(x), computed the most direct way."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveletDenoiser:
    """Local adaptive Wiener filter in the wavelet domain; works for images of 1 px and up.

    M. K. Mihcak, I. Kozintsev, K. Ramchandran, "Spatially adaptive statistical modeling of
    wavelet image coefficients and its application to denoising", ICASSP 1999; the variance is
    the smallest of those in windows of 3, 5, 7 and 9, as in camera identification (Lukas,
    Fridrich, Goljan, 2006).

    Attributes
    ----------
    sigma : float
        Standard deviation of the noise it takes out, on the scale 0..255.
    levels : int
        Levels of the db4 decomposition.
    """

    sigma: float = 5.0
    levels: int = 4

    def __post_init__(self) -> None:
        if self.sigma <= 0 or self.levels < 1:
            raise ValueError("the wavelet denoiser needs sigma > 0 and at least one level")

    @property
    def name(self) -> str:
        """Name in the registry."""
        return "wavelet"

    @property
    def version(self) -> str:
        """Version of the numbers, with what differs from the defaults."""
        plain = (self.sigma, self.levels) == (5.0, 4)
        return "1" if plain else f"1;sigma={self.sigma:g};levels={self.levels}"

    @property
    def halo(self) -> int:
        """Filters of 7 (2^levels - 1) + 1 taps there and back, and the window of 9 between."""
        step: int = 2**self.levels
        reach = 7 * (step - 1) + 4 * step
        return -(-reach // 16) * 16

    def residual(self, x: torch.Tensor) -> torch.Tensor:
        """Return the noise part of planes (N, C, H, W) float32, straight from its coefficients.

        The numbers of a plane do not depend on its batch.
        """
        planes = x.flatten(0, 1)
        with torch.inference_mode():
            if x.device.type == "cpu":
                found = wavelet_cpu.wiener_noise(
                    planes.numpy(), sigma=self.sigma, levels=self.levels
                )
                noise = torch.from_numpy(found)
            else:
                noise = wavelet.wiener_noise(planes, sigma=self.sigma, levels=self.levels)
        return noise.reshape(x.shape)

    def denoise(self, x: torch.Tensor) -> torch.Tensor:
        """Return x minus its noise part."""
        return x - self.residual(x)


@dataclass(frozen=True, slots=True, eq=False)
class DncnnDenoiser:
    """Our own compact network on each plane, see `fpinspect.signal.dncnn`.

    Attributes
    ----------
    net : PlaneNet
        With its weights, on the CPU.
    version : str
        Of the weights.
    """

    net: PlaneNet
    version: str

    @classmethod
    def load(cls) -> DncnnDenoiser:
        """Read the shipped weights.

        Raises
        ------
        FileNotFoundError
            If they are missing.
        """
        net, version = load_net(resource("weights/dncnn.safetensors"))
        return cls(net, version)

    @property
    def name(self) -> str:
        """Name in the registry."""
        return "dncnn"

    @property
    def halo(self) -> int:
        """One pixel a layer, rounded up to the lattice."""
        return -(-self.net.reach // 16) * 16

    def residual(self, x: torch.Tensor) -> torch.Tensor:
        """Return the noise that the network predicts for planes (N, C, H, W) float32."""
        planes = x.flatten(0, 1)[:, None]
        return predict_noise(self.net, planes)[:, 0].reshape(x.shape)

    def denoise(self, x: torch.Tensor) -> torch.Tensor:
        """Return x minus its noise."""
        return x - self.residual(x)


@dataclass(frozen=True, slots=True, kw_only=True)
class NlmDenoiser:
    """Non-local means on each plane (Buades, Coll, Morel 2005), OpenCV's fast version, on the CPU.

    It works on 8-bit values: what rounding cuts off belongs to the denoised image.

    Attributes
    ----------
    strength : float
        OpenCV's ``h``, grey levels.
    """

    strength: float = 5.0
    name = "nlm"
    version = "1"
    halo = 16  # half the search window of 21 and half the patch of 7

    def residual(self, x: torch.Tensor) -> torch.Tensor:
        """Return the noise of planes (N, C, H, W) float32."""
        from fpinspect._cv2 import cv2

        codes = x.detach().round().clamp(0, 255).to("cpu", torch.uint8)
        planes = codes.flatten(0, 1).numpy()
        done = [cv2.fastNlMeansDenoising(plane, None, self.strength, 7, 21) for plane in planes]
        noise = codes.float() - torch.from_numpy(np.stack(done)).reshape(x.shape)
        return noise.to(x.device)

    def denoise(self, x: torch.Tensor) -> torch.Tensor:
        """Return x minus its noise."""
        return x - self.residual(x)


@dataclass(frozen=True, slots=True)
class MedianDenoiser:
    """Median of 3x3 pixels on each plane, through OpenCV on the CPU; edges are replicated."""

    name = "median"
    version = "1"
    halo = 16

    def denoise(self, x: torch.Tensor) -> torch.Tensor:
        """Denoise planes (N, C, H, W) float32."""
        from fpinspect._cv2 import cv2

        planes = x.detach().cpu().flatten(0, 1).contiguous().numpy()
        done = np.stack([cv2.medianBlur(plane, 3) for plane in planes])
        return torch.from_numpy(done).reshape(x.shape).to(x.device)

    def residual(self, x: torch.Tensor) -> torch.Tensor:
        """Return x - denoise(x)."""
        return x - self.denoise(x)


_FACTORIES: dict[str, Callable[[], Denoiser]] = {
    "wavelet": WaveletDenoiser,
    "dncnn": DncnnDenoiser.load,
    "nlm": NlmDenoiser,
    "median": MedianDenoiser,
}


def denoiser_names() -> tuple[str, ...]:
    """Return the names that `get_denoiser` knows, the default first."""
    return tuple(_FACTORIES)


@cache
def get_denoiser(name: str) -> Denoiser:
    """Return the denoiser of a name, made once per process.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the known ones.
    FileNotFoundError
        If the weights that ship with fpinspect are missing.
    """
    if name not in _FACTORIES:
        raise ValueError(f"unknown denoiser {name!r}: choose one of {', '.join(_FACTORIES)}")
    return _FACTORIES[name]()
