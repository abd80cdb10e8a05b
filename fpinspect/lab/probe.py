"""Tell whether weights belong to the families, by what these give of one made-up tile.

Weights fit the very numbers they were trained on. A family that gives others, of the same length,
would be judged wrongly without a word; so the training notes what each gave of this tile.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fpinspect.verdict import features, tiles

SIDE = 96


def tile() -> features.Tile:
    """Make a tile of blocks and noise from whole numbers alone: the same on every machine."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.int64)
    planes = []
    for channel in range(3):
        noise = (x * 73856093 ^ y * 19349663 ^ (channel + 1) * 83492791) // 1024 % 23
        # Saw teeth are uneven in every direction: a turned sign shows.
        teeth = (5 * x + 3 * y) % 47 + (7 * y - 2 * x) % 31
        planes.append(60 + 50 * ((x // 24 + y // 32) % 2) + teeth + (channel * y) // 8 + noise)
    codes: npt.NDArray[np.uint8] = np.stack(planes).astype(np.uint8)
    return tiles.cut(codes, max_tiles=1).tiles[0]


def found() -> dict[str, float]:
    """Return one number for each family: its vector of that tile, weighed by a cosine."""
    vector = features.extract(tile()).astype(np.float64)
    out = {}
    for name, span in features.spans().items():
        part = vector[span]
        out[name] = round(float(part @ np.cos(0.7 * np.arange(len(part)))), 4)
    return out
