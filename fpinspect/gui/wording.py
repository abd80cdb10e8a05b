"""Numbers as the eye reads them: true minus, no-break space before units, no leading zero."""

from __future__ import annotations

import math

NBSP = "\u00a0"
MINUS = "\u2212"


def number(value: float, digits: int = 0, *, sign: bool = False) -> str:
    """Write a number with a true minus, and its sign where asked for.

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
    lead = MINUS if value < 0 else "+" if sign else ""
    return lead + text


def share(value: float, digits: int = 2) -> str:
    """Write a probability or correlation without the leading zero.

    Examples
    --------
    >>> share(0.934), share(1.0), share(-0.06), share(0.0384, 3)
    ('.93', '1.00', '−.06', '.038')
    """
    text = number(value, digits)
    return text.replace("0.", ".", 1) if text.lstrip(MINUS).startswith("0.") else text


def p_text(value: float) -> str:
    r"""Write a p-value: three digits, no leading zero, ``< .001`` below.

    Examples
    --------
    >>> p_text(0.41), p_text(0.0004), p_text(1.0)
    ('.410', '<\xa0.001', '1.000')
    """
    return f"<{NBSP}.001" if value < 0.001 else share(value, 3)


def with_unit(text: str, unit: str) -> str:
    """Join a number and its unit with a no-break space (none before ``°``)."""
    return text + unit if unit in {"°", ""} else f"{text}{NBSP}{unit}"


def ratio(log10_lr: float) -> str:
    """Write a likelihood ratio to two digits: ``1,300 : 1``, or ``1 : 1,300`` the other way.

    Examples
    --------
    >>> ratio(3.1), ratio(-0.5), ratio(0.2)
    ('1,300 : 1', '1 : 3.2', '1.6 : 1')
    """
    text = two_digits(10 ** abs(log10_lr))
    return f"{text} : 1" if log10_lr >= 0 else f"1 : {text}"


def two_digits(value: float) -> str:
    """Round to two significant digits.

    Examples
    --------
    >>> two_digits(1259), two_digits(86.4), two_digits(3.16), two_digits(9.96)
    ('1,300', '86', '3.2', '10')
    """
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:.1f}"


def size_text(size: float) -> str:
    r"""Write a number of bytes.

    Examples
    --------
    >>> size_text(900), size_text(74_200), size_text(3_400_000)
    ('900\xa0bytes', '74.2\xa0kB', '3.4\xa0MB')
    """
    for unit, power in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= power:
            return with_unit(f"{size / power:.1f}", unit)
    return with_unit(f"{size:.0f}", "bytes")
