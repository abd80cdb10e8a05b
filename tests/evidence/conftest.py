"""Images made in code, and a way to write them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fpinspect.evidence.image import Evidence, read_evidence

Encode = Callable[..., bytes]
Reader = Callable[..., Evidence]


@pytest.fixture(scope="session")
def photo() -> np.ndarray:
    """A noisy, colourful scene, (72, 104, 3) uint8; no side is a multiple of 16."""
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:72, 0:104]
    waves = [128 + 70 * np.sin(x / (5 + 3 * c)) * np.cos(y / (9 - 2 * c)) for c in range(3)]
    noise = rng.normal(0, 6, (72, 104, 3))
    return np.clip(np.stack(waves, axis=2) + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def encode() -> Encode:
    """Encode an array or a Pillow image with Pillow: ``encode(image, "PNG", **options)``."""

    def _encode(image: Any, fmt: str, **options: Any) -> bytes:
        picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
        buffer = io.BytesIO()
        picture.save(buffer, fmt, **options)
        return buffer.getvalue()

    return _encode


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Write bytes to a file and read it: ``read(data, "name.png")``."""

    def _read(data: bytes, name: str = "image.bin", **options: Any) -> Evidence:
        path = tmp_path / name
        path.write_bytes(data)
        return read_evidence(path, **options)

    return _read
