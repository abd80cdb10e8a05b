"""The parts that a report is made of, in plain data: HTML and PDF lay out the same ones.

Text is plain text: who writes it into a format escapes it there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from fpinspect.report.document.vector import Drawing, Picture

TextStyle = Literal["body", "lead", "small", "formula", "note", "warning"]
Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 begins a section, 2 and 3 divide it.

    Attributes
    ----------
    anchor : str
        Name to link to, letters, digits and hyphens; needed on levels that the outline shows.
    outline : bool
        Whether outline and contents show it.
    new_page : bool
        Whether it begins on a new page when printed.
    """

    text: str
    level: int = 1
    anchor: str = ""
    outline: bool = False
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    style: TextStyle = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short statements."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that is more than text.

    Attributes
    ----------
    mark : str
        The answer whose shape and colour stand before the text, or nothing.
    link : str
        Anchor that the text leads to.
    page_of : str
        Anchor whose page number is the content (in print; a link on the screen).
    """

    text: str
    mark: str = ""
    link: str = ""
    page_of: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    title : str
        Its head.
    align : {"left", "right", "center"}
        Where its values stand.
    share : float
        Of the width, relative to the others.
    mono : bool
        Whether it holds hashes and the like.
    page : bool
        Whether it holds page numbers: they are known in print only.
    """

    title: str
    align: Align = "left"
    share: float = 1.0
    mono: bool = False
    page: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes
    ----------
    columns : tuple of Column
        With titles.
    rows : tuple of tuple of (str or Cell)
        One value per column.
    emphasis : tuple of int
        Indices of rows that are set bold.
    small : bool
        Set small, for long tables.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | Cell, ...], ...]
    emphasis: tuple[int, ...] = ()
    small: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values in two columns; ``mono`` values are hashes and the like."""

    rows: tuple[tuple[str, str], ...]
    mono: frozenset[str] = frozenset()
    wide: float = 0.24


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its caption."""

    drawing: Drawing
    caption: str = ""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of pictures of one kind.

    Attributes
    ----------
    title : str
        What is shown.
    scale : Drawing or None
        Colour bar with range and unit, right of the row.
    pictures : tuple of (Picture or Drawing or str)
        One per column; a string stands for a picture that does not exist, and says why.
    caption : str
        Unit, range and method of the row.
    """

    title: str
    pictures: tuple[Picture | Drawing | str, ...]
    scale: Drawing | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """Pictures of the questioned image beside those of its references.

    Attributes
    ----------
    heads : tuple of (str, str)
        Title and note of each column.
    rows : tuple of GridRow
        Top to bottom.
    side : float
        Side of a picture in points.
    """

    heads: tuple[tuple[str, str], ...]
    rows: tuple[GridRow, ...]
    side: float = 118.0


@dataclass(frozen=True, slots=True)
class Opinion:
    """The verdict on an item: the first thing that is read.

    Attributes
    ----------
    answer : str
        ``generated``, ``real``, ``inconclusive``, ``blocked`` or ``failed``: shape and colour.
    word, support, sentence : str
        One word, the strength in the words of ENFSI, what the traces say.
    scale : Drawing or None
        The likelihood ratio on the verbal scale.
    picture : Picture or None
        A small copy of the image.
    notes : tuple of str
        What must be read with it.
    """

    answer: str
    word: str
    support: str
    sentence: str
    scale: Drawing | None = None
    picture: Picture | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """Two groups of blocks side by side (one below the other where it is narrow)."""

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    share: float = 0.5


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that a page break must not part, as far as they fit on a page."""

    blocks: tuple[Block, ...]


Block = Heading | Text | Bullets | Table | Facts | Figure | Grid | Opinion | Beside | Together


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks that begin with a heading in the outline.

    Attributes
    ----------
    anchor, title : str
        Of its first heading.
    blocks : tuple of Block
        All of it.
    """

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    children: tuple[tuple[str, str], ...] = field(default=())
