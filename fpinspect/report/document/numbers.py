"""Numbers, ratios, sizes and times as a report prints them, whatever the language."""

from __future__ import annotations

import math
from datetime import datetime

NBSP = "\u00a0"
MINUS = "\u2212"


def number(value: float, digits: int = 0, *, sign: bool = False) -> str:
    """Write a number with a true minus; a dash for what is not finite.

    Examples
    --------
    >>> number(-1.25, 1), number(3.0, 1, sign=True), number(-0.01, 1), number(float("nan"))
    ('−1.2', '+3.0', '0.0', '–')
    """
    if not math.isfinite(value):
        return "–"
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0.0:
        return text
    return (MINUS if value < 0 else "+" if sign else "") + text


def fraction(value: float, digits: int = 2) -> str:
    """Write a share or correlation without the leading zero.

    Examples
    --------
    >>> fraction(0.934), fraction(-0.06), fraction(1.0)
    ('.93', '−.06', '1.00')
    """
    text = number(value, digits)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def probability(value: float) -> str:
    r"""Write a probability with three digits; the ends say on which side they are.

    Examples
    --------
    >>> probability(0.41), probability(0.0004), probability(0.9999)
    ('.410', '<\xa0.001', '>\xa0.999')
    """
    if 0 <= value < 0.0005:
        return f"<{NBSP}.001"
    if 0.9995 <= value < 1:
        return f">{NBSP}.999"
    return fraction(value, 3)


def percent(share: float, digits: int = 1) -> str:
    """Write a share of 1 in percent."""
    return f"{number(100 * share, digits)}{NBSP}%"


def times(log10_lr: float) -> str:
    """Write how many times more probable, to two digits.

    Examples
    --------
    >>> times(2.63), times(-0.4), times(0.0), times(3.1)
    ('430', '2.5', '1.0', '1,300')
    """
    rounded = float(f"{10 ** abs(log10_lr):.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.1f}"


def ratio(log10_lr: float) -> str:
    """Write a likelihood ratio, generated : photograph.

    Examples
    --------
    >>> ratio(3.1), ratio(-0.5)
    ('1,300 : 1', '1 : 3.2')
    """
    return f"{times(log10_lr)} : 1" if log10_lr >= 0 else f"1 : {times(log10_lr)}"


def size(count: int) -> str:
    """Write a number of bytes.

    Examples
    --------
    >>> size(900).replace(NBSP, " "), size(3_400_000).replace(NBSP, " ")
    ('900 bytes', '3.4 MB')
    """
    for unit, power in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= power:
            return f"{count / power:.1f}{NBSP}{unit}"
    return f"{count}{NBSP}bytes"


def moment(text: str | None) -> str:
    """Write a point in time of a record (ISO 8601) to the second, in UTC; as it is if it is none.

    Examples
    --------
    >>> moment("2026-11-25T16:15:23.003+00:00").replace(NBSP, " ")
    '2026-11-25 16:15:23 UTC'
    """
    if not text:
        return "–"
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    offset = when.utcoffset()
    zone = "UTC" if offset is not None and not offset else when.strftime("%z")
    return f"{when:%Y-%m-%d %H:%M:%S}{NBSP}{zone}".rstrip()


def grouped(digest: str) -> str:
    """Write a hash in groups of eight digits, so that it can be compared and broken."""
    return " ".join(digest[i : i + 8] for i in range(0, len(digest), 8))


def short_hash(digest: str) -> str:
    """Write the ends of a hash."""
    return f"{digest[:8]}…{digest[-8:]}" if len(digest) > 20 else digest
