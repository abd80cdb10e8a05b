"""Numbers as the eye reads them, in the window and in reports, whatever the language.

True minus, no-break space before units, no zero before the point of shares, thousands grouped.
"""

from __future__ import annotations

import math
from datetime import datetime

NBSP = "\u00a0"
MINUS = "\u2212"


def number(value: float, digits: int = 0, *, sign: bool = False) -> str:
    """Write a number with a true minus, and its sign where asked for; a dash for no number.

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
    >>> fraction(0.934), fraction(1.0), fraction(-0.06), fraction(0.0384, 3)
    ('.93', '1.00', '−.06', '.038')
    """
    text = number(value, digits)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def probability(value: float) -> str:
    r"""Write a probability or p-value with three digits; the ends say on which side they are.

    Examples
    --------
    >>> probability(0.41), probability(0.0004), probability(0.9999), probability(1.0)
    ('.410', '<\xa0.001', '>\xa0.999', '1.000')
    """
    if 0 <= value < 0.001:
        return f"<{NBSP}.001"
    if 0.999 < value < 1:
        return f">{NBSP}.999"
    return fraction(value, 3)


def percent(share: float, digits: int = 1) -> str:
    r"""Write a share of 1 in percent.

    Examples
    --------
    >>> percent(0.0123)
    '1.2\xa0%'
    """
    return f"{number(100 * share, digits)}{NBSP}%"


def with_unit(text: str, unit: str) -> str:
    """Join a number and its unit with a no-break space (none before ``°``)."""
    return text + unit if unit in {"°", ""} else f"{text}{NBSP}{unit}"


def two_digits(value: float) -> str:
    """Round to two significant digits.

    Examples
    --------
    >>> two_digits(1259), two_digits(86.4), two_digits(3.16), two_digits(9.96)
    ('1,300', '86', '3.2', '10')
    """
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.1f}"


def times(log10_lr: float) -> str:
    """Write how many times more probable, to two digits.

    Examples
    --------
    >>> times(2.63), times(-0.4), times(0.0), times(3.1)
    ('430', '2.5', '1.0', '1,300')
    """
    return two_digits(10 ** abs(log10_lr))


def ratio(log10_lr: float) -> str:
    """Write a likelihood ratio, generated : photograph, to two digits.

    Examples
    --------
    >>> ratio(3.1), ratio(-0.5), ratio(0.2)
    ('1,300 : 1', '1 : 3.2', '1.6 : 1')
    """
    return f"{times(log10_lr)} : 1" if log10_lr >= 0 else f"1 : {times(log10_lr)}"


def size_text(count: float) -> str:
    r"""Write a number of bytes.

    Examples
    --------
    >>> size_text(900), size_text(74_200), size_text(3_400_000)
    ('900\xa0B', '74.2\xa0kB', '3.4\xa0MB')
    """
    for unit, power in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= power:
            return with_unit(f"{count / power:.1f}", unit)
    return with_unit(f"{count:.0f}", "B")


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
