"""What photographs leave by themselves is subtracted: of files coded alike, and no more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from made_up import image, pattern, photographs

from fpinspect.fingerprint.accumulate import LATTICES, SourceAccumulator
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.enrol import Enrolled, make_entry
from fpinspect.fingerprint.entry import BankError, Entry
from fpinspect.fingerprint.lattice import fold
from fpinspect.fingerprint.lineage import lineage
from fpinspect.fingerprint.match import match
from fpinspect.fingerprint.photographs import PhotographArrays, Photographs

JPEG = pattern(77, strength=0.3)
"""What JPEG leaves in photographs: most of those found in files that are no JPEG were one."""


def _tiled(tile: np.ndarray, lattice: int) -> np.ndarray:
    n = lattice // tile.shape[-1]
    return np.tile(tile, (1, n, n))


@pytest.fixture(scope="module")
def once_jpeg() -> Photographs:
    plain = photographs(count=20)
    means = {
        (name, lattice): _tiled(JPEG, lattice)
        for name in ("none", "q95", "q85", "q75", "q60")
        for lattice in LATTICES
    }
    return plain.with_arrays(replace(plain.arrays, baselines=means))


def _entry(label: str, band: str, seed: int, photos: Photographs, *tiles: np.ndarray) -> Entry:
    sums = SourceAccumulator(photos.offsets)
    for i in range(30):
        residual = image(seed + i, size=(128, 128))
        for tile in tiles:
            residual = residual + _tiled(tile, 128)
        sums.add(residual, residual, band=band)
    enrolled = Enrolled(
        sums=sums, hashes=[f"{seed + i:064x}" for i in range(30)], history=Counter({band: 30})
    )
    return make_entry(enrolled, label=label, photographs=photos)


def _share(entry: Entry, tile: np.ndarray) -> float:
    """How much of a pattern the entry's holds, at shift 0: its normalised correlation."""
    mean = fold(entry.template(128), 16).ravel()
    return float(np.corrcoef(mean, _tiled(tile, 16).ravel())[0, 1])


def test_what_jpeg_leaves_is_subtracted_from_jpeg_files_alone(once_jpeg):
    coded = _entry("coded", "q75", 100, once_jpeg, pattern(1), JPEG)
    never = _entry("never", "none", 200, once_jpeg, pattern(1))
    for made in (coded, never):
        assert abs(_share(made, JPEG) - _share_of_other()) < 0.15
        assert _share(made, pattern(1)) > 0.9
    np.testing.assert_array_equal(never.template(), never.fingerprint().residual.mean)


def _share_of_other() -> float:
    one, other = _tiled(pattern(1), 16).ravel(), _tiled(JPEG, 16).ravel()
    return float(np.corrcoef(one, other)[0, 1])


def test_two_generators_are_not_related_by_what_photographs_leave(once_jpeg):
    made = [
        _entry("one", "none", 300, once_jpeg, pattern(1)),
        _entry("two", "none", 400, once_jpeg, pattern(2)),
    ]
    assert lineage(Bank(made)).similarity[0, 1] < 0.45


def test_photographs_that_once_were_jpeg_match_no_lossless_generator(once_jpeg):
    made = Bank([_entry("one", "none", 500, once_jpeg, pattern(1))], once_jpeg)
    own = image(1, pattern(1))
    photograph = image(2) + _tiled(JPEG, 256)
    assert match(own, made, jpeg_quality=None)["one"].p_value == pytest.approx(1 / 21)
    assert match(photograph, made, jpeg_quality=None)["one"].p_value > 0.1


def test_the_arrays_come_back_as_they_were(once_jpeg):
    arrays = once_jpeg.arrays
    again = PhotographArrays.unpack(arrays.pack())
    for lattice in LATTICES:
        assert not again.pristine[lattice].any()
        np.testing.assert_array_equal(
            again.baselines["q75", lattice], arrays.baselines["q75", lattice]
        )


def test_photographs_without_the_mean_of_those_never_jpeg_are_refused(once_jpeg):
    data = replace(once_jpeg.arrays, pristine={}).pack()
    with pytest.raises(BankError, match="lack the mean residual"):
        PhotographArrays.unpack(data)
