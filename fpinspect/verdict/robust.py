"""The robustness ensemble: the verdict under small crops and recompressions.

The image is judged again under three small crops, each as it is and recompressed as JPEG 90 and
80 (4:2:0). If the answer turns round, no answer is given. JSON key ``robust``, null unless asked
for (``InspectionParams.robust``)::

    {"flipped": bool, "sentence": str,
     "members": [{"handling": str, "log10_lr": float, "answer": str}, ...]}
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fpinspect.verdict.assess import Answer, Verdict

U8 = npt.NDArray[np.uint8]

CROPS: tuple[tuple[int, int], ...] = ((0, 0), (3, 5), (12, 6))
"""Rows and columns cut from the top and left: none, off the 8-pixel grid twice."""
QUALITIES: tuple[int | None, ...] = (None, 90, 80)
"""JPEG qualities of the members; None: not recompressed."""
SMALLEST = 96
"""Images with a side below this many pixels are not cropped: the crop itself would be the news."""


@dataclass(frozen=True, slots=True)
class Member:
    """The verdict under one handling.

    Attributes
    ----------
    handling : str
        E.g. ``crop 3,5 + JPEG 90``.
    log10_lr : float
        Bounded log10 likelihood ratio, generated to real.
    answer : Answer
        The answer at the threshold of its own JPEG band.
    """

    handling: str
    log10_lr: float
    answer: Answer


@dataclass(frozen=True, slots=True)
class Robustness:
    """The members and what they mean.

    Attributes
    ----------
    flipped : bool
        Whether the answer turns round: a member gives the opposite answer, or most of them lean
        to the other side.
    members : tuple of Member
        Crops slowest, qualities fastest.
    sentence : str
        In plain words.
    """

    flipped: bool
    members: tuple[Member, ...]
    sentence: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as in the JSON line."""
        return {
            "flipped": self.flipped,
            "sentence": self.sentence,
            "members": [
                {"handling": m.handling, "log10_lr": m.log10_lr, "answer": m.answer.value}
                for m in self.members
            ],
        }


def recompress(codes: U8, quality: int) -> U8:
    """Code (3, H, W) codes as JPEG 4:2:0 and decode them again."""
    from PIL import Image

    buffer = io.BytesIO()
    picture = Image.fromarray(np.ascontiguousarray(codes.transpose(1, 2, 0)))
    picture.save(buffer, "JPEG", quality=quality, subsampling="4:2:0")
    with Image.open(buffer) as again:
        return np.ascontiguousarray(np.asarray(again.convert("RGB")).transpose(2, 0, 1))


def handlings(codes: U8) -> list[tuple[str, U8, int | None]]:
    """Make the members' pixels.

    Parameters
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8.

    Returns
    -------
    list of (str, numpy.ndarray, int or None)
        Name, codes and JPEG quality of every member.
    """
    crops = CROPS if min(codes.shape[1:]) >= SMALLEST else CROPS[:1]
    out: list[tuple[str, U8, int | None]] = []
    for y, x in crops:
        part = codes[:, y:, x:]
        where = f"crop {y},{x}" if y or x else "whole"
        for quality in QUALITIES:
            if quality is None:
                out.append((where, np.ascontiguousarray(part), None))
            else:
                out.append((f"{where} + JPEG {quality}", recompress(part, quality), quality))
    return out


def ensemble(
    codes: U8,
    verdict: Verdict,
    judge: Callable[[U8, int | None], Verdict],
    *,
    quality: int | None,
) -> Robustness:
    """Judge the image under every handling.

    Parameters
    ----------
    codes : numpy.ndarray
        (3, H, W) uint8.
    verdict : Verdict
        The verdict on the image as it is: the first member.
    judge : callable
        ``judge(codes, quality) -> Verdict``.
    quality : int or None
        JPEG quality of the file; a member's calibration is that of the lower of both qualities.
    """
    members = []
    for name, pixels, coded in handlings(codes):
        if name == "whole":
            found = verdict
        else:
            known = [q for q in (quality, coded) if q is not None]
            found = judge(pixels, min(known) if known else None)
        members.append(Member(name, found.log10_lr, found.answer))
    return conclude(verdict, members)


def conclude(verdict: Verdict, members: Sequence[Member]) -> Robustness:
    """Decide whether the answer turns round, and say it.

    Parameters
    ----------
    verdict : Verdict
        The verdict on the image as it is.
    members : sequence of Member
        The verdicts under every handling.
    """
    n = len(members)
    if verdict.answer is Answer.INCONCLUSIVE:
        given = sum(m.answer is not Answer.INCONCLUSIVE for m in members)
        words = (
            "The image as it is gives no answer; small crops and recompressions give one in "
            f"{given} of {n} cases."
        )
        return Robustness(False, tuple(members), words)
    opposite = Answer.REAL if verdict.answer is Answer.GENERATED else Answer.GENERATED
    against = [m for m in members if m.answer is opposite]
    sign = 1 if verdict.answer is Answer.GENERATED else -1
    leaning = sum(sign * m.log10_lr < 0 for m in members)
    same = sum(m.answer is verdict.answer for m in members)
    if against or leaning > n / 2:
        worst = min(against or members, key=lambda m: sign * m.log10_lr)
        words = (
            f"The answer “{verdict.answer.value}” does not survive small crops and recompressions: "
            f"under “{worst.handling}” it is “{worst.answer.value}”, so no answer is given."
        )
        return Robustness(True, tuple(members), words)
    rest = "" if same == n else "; the others decide nothing"
    words = (
        f"The answer “{verdict.answer.value}” holds under {same} of {n} small crops and "
        f"recompressions{rest}."
    )
    return Robustness(False, tuple(members), words)
