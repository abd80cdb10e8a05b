"""The queue as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QImage

from fpinspect.gui.plain import tip
from fpinspect.gui.present import opinion
from fpinspect.gui.queue_item import QueueItem, State
from fpinspect.gui.translation import marked, translate, translated
from fpinspect.wording import size_text

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = Qt.ItemDataRole.UserRole
THUMBNAIL_ROLE = Qt.ItemDataRole.UserRole + 1
_THUMBNAILS = 1500
"""So many are kept: 96² pixels of 4 bytes each, 55 MB."""
_VERDICT_ORDER = {"generated": 0, "inconclusive": 1, "real": 2}


class Column(IntEnum):
    """Columns of the queue; the first is painted with everything in it."""

    ITEM = 0
    SIZE = 1
    FORMAT = 2
    STATE = 3
    VERDICT = 4
    STRENGTH = 5
    SOURCE = 6
    WARNINGS = 7
    MARK = 8


HEADINGS = {
    Column.ITEM: marked("Queue", "Image"),
    Column.SIZE: marked("Queue", "Size"),
    Column.FORMAT: marked("Queue", "Format"),
    Column.STATE: marked("Queue", "State"),
    Column.VERDICT: marked("Queue", "Verdict"),
    Column.STRENGTH: marked("Queue", "log₁₀ LR"),
    Column.SOURCE: marked("Queue", "Source"),
    Column.WARNINGS: marked("Queue", "Warnings"),
    Column.MARK: marked("Queue", "Bookmark"),
}


class Sort(IntEnum):
    """In which order the queue is shown."""

    ADDED = 0
    NAME = 1
    VERDICT = 2
    STRENGTH = 3
    SOURCE = 4
    WARNINGS = 5
    SIZE = 6
    FORMAT = 7
    STATE = 8
    MARK = 9


SORT_TITLES = {
    Sort.ADDED: marked("Queue", "Added"),
    Sort.NAME: marked("Queue", "Name"),
    Sort.VERDICT: marked("Queue", "Verdict"),
    Sort.STRENGTH: marked("Queue", "Strength"),
    Sort.SOURCE: marked("Queue", "Source"),
    Sort.WARNINGS: marked("Queue", "Warnings"),
    Sort.SIZE: marked("Queue", "Size"),
    Sort.FORMAT: marked("Queue", "Format"),
    Sort.STATE: marked("Queue", "State"),
    Sort.MARK: marked("Queue", "Bookmark"),
}
_STATES = {
    State.WAITING: marked("Queue", "Waiting"),
    State.WORKING: marked("Queue", "Working"),
    State.DONE: marked("Queue", "Done"),
    State.FAILED: marked("Queue", "Failed"),
    State.DUPLICATE: marked("Queue", "Duplicate"),
    State.STOPPED: marked("Queue", "Stopped"),
}
_COLUMN_SORT = {
    Column.ITEM: Sort.NAME,
    Column.SIZE: Sort.SIZE,
    Column.FORMAT: Sort.FORMAT,
    Column.STATE: Sort.STATE,
    Column.VERDICT: Sort.VERDICT,
    Column.STRENGTH: Sort.STRENGTH,
    Column.SOURCE: Sort.SOURCE,
    Column.WARNINGS: Sort.WARNINGS,
    Column.MARK: Sort.MARK,
}
_KEYS: dict[Sort, Callable[[QueueItem], Any]] = {
    Sort.ADDED: lambda item: item.number,
    Sort.NAME: lambda item: (item.name.casefold(), item.number),
    Sort.VERDICT: lambda item: (_VERDICT_ORDER.get(item.answer, 9), -(item.log10_lr or 0.0)),
    Sort.STRENGTH: lambda item: (item.log10_lr is None, -(item.log10_lr or 0.0), item.number),
    Sort.SOURCE: lambda item: (not item.source, item.source_title.casefold(), item.number),
    Sort.WARNINGS: lambda item: (-item.warnings, item.number),
    Sort.SIZE: lambda item: (-item.width * item.height, item.number),
    Sort.FORMAT: lambda item: (not item.format, item.format, item.number),
    Sort.STATE: lambda item: (item.state, item.number),
    Sort.MARK: lambda item: (not item.mark, item.mark, item.number),
}


class QueueModel(QAbstractTableModel):
    """The items, in the order chosen. Sorting moves rows once, when asked: nothing jumps later."""

    thumbnail_wanted = Signal(object)
    """A `QueueItem` whose picture is to be shown and is not there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[QueueItem] = []
        self._rows: dict[int, int] = {}
        self._thumbnails: dict[int, QImage] = {}
        self.case_title = ""
        self._last_number = 0
        self.sort_key = Sort.ADDED
        self.sort_reversed = False

    # -- Qt's side

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Count the items."""
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Count the columns."""
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Tell a view about a cell."""
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(item, Column(index.column()))
        if role == THUMBNAIL_ROLE:
            return self._thumbnail(item)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(tooltip(item))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return accessible_text(item)
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in {
            Column.STRENGTH,
            Column.WARNINGS,
        }:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Name a column."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return translated("Queue", HEADINGS[Column(section)])
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, as a click on its heading asks."""
        if column < 0:
            self.sort_by(Sort.ADDED)
        else:
            descending = order == Qt.SortOrder.DescendingOrder
            self.sort_by(_COLUMN_SORT[Column(column)], backwards=descending)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let rows be dragged out as files."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else flags

    def mimeTypes(self) -> list[str]:
        """Name what is dragged out."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Give the files of the rows that are dragged out."""
        rows = sorted({index.row() for index in indexes})
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(self._items[row].path) for row in rows])
        return data

    # -- the controller's side

    @property
    def items(self) -> Sequence[QueueItem]:
        """All items, in the order shown."""
        return self._items

    def new_number(self) -> int:
        """Return a number that no item has had."""
        self._last_number += 1
        return self._last_number

    def item(self, number: int) -> QueueItem | None:
        """Return an item by its number."""
        row = self._rows.get(number)
        return None if row is None else self._items[row]

    def row_of(self, item: QueueItem) -> int:
        """Return the row of an item, -1 if it has been removed."""
        return self._rows.get(item.number, -1)

    def append(self, items: Sequence[QueueItem]) -> None:
        """Add items at the end, whatever the order: what is shown stays where it is."""
        if items:
            first = len(self._items)
            self.beginInsertRows(QModelIndex(), first, first + len(items) - 1)
            self._items.extend(items)
            for row, item in enumerate(items, first):
                self._rows[item.number] = row
            self.endInsertRows()

    def insert(self, rows: Iterable[tuple[int, QueueItem]]) -> None:
        """Put removed items back at their rows, given in ascending order."""
        held = list(rows)
        for first, last in _runs([row for row, _ in held]):
            part = [item for row, item in held if first <= row <= last]
            at = min(first, len(self._items))
            self.beginInsertRows(QModelIndex(), at, at + len(part) - 1)
            self._items[at:at] = part
            self._renumber(at)
            self.endInsertRows()

    def remove(self, items: Iterable[QueueItem]) -> list[tuple[int, QueueItem]]:
        """Remove items; return them with their rows, in ascending order, for `insert`."""
        rows = sorted({self.row_of(item) for item in items} - {-1})
        removed = [(row, self._items[row]) for row in rows]
        for first, last in reversed(_runs(rows)):
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._items[first : last + 1]
            self._rows = {item.number: row for row, item in enumerate(self._items)}
            self.endRemoveRows()
        return removed

    def changed(self, item: QueueItem) -> None:
        """Say that an item has changed."""
        row = self.row_of(item)
        if row >= 0:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def all_changed(self) -> None:
        """Say that any item may have changed."""
        if self._items:
            last = self.index(len(self._items) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def sort_by(self, key: Sort, *, backwards: bool = False) -> None:
        """Bring the rows into an order, now."""
        self.sort_key, self.sort_reversed = key, backwards
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [self._items[index.row()] for index in before]
        self._items.sort(key=_KEYS[key], reverse=backwards)
        self._renumber(0)
        after = [
            self.index(self._rows[item.number], index.column())
            for item, index in zip(held, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def set_thumbnail(self, number: int, picture: QImage) -> None:
        """Keep a picture, and let the oldest go when there are too many."""
        self._thumbnails[number] = picture
        while len(self._thumbnails) > _THUMBNAILS:
            del self._thumbnails[next(iter(self._thumbnails))]
        item = self.item(number)
        if item is not None:
            self.changed(item)

    def _thumbnail(self, item: QueueItem) -> QImage | None:
        picture = self._thumbnails.get(item.number)
        if picture is None:
            self.thumbnail_wanted.emit(item)
        return picture

    def _renumber(self, first: int) -> None:
        for row in range(first, len(self._items)):
            self._rows[self._items[row].number] = row


def tooltip(item: QueueItem) -> str:
    """All that a row cannot hold, as plain lines."""
    lines = [item.path]
    if item.size_bytes:
        lines.append(f"{item.facts_text}, {size_text(item.size_bytes)}".strip(", "))
    if item.error or item.state is State.DUPLICATE:
        lines.append(item.verdict_text)
    if item.state is State.DONE and item.strength:
        lines.append(
            translate("Queue", "{verdict_text}: {strength} support, log₁₀ LR {lr_text}").format(
                verdict_text=item.verdict_text,
                strength=translated("Verdict", item.strength),
                lr_text=item.lr_text,
            )
        )
    if item.warnings:
        lines.append(
            translate("Queue", "%n of its flags (weakens|weaken) the verdict", "", item.warnings)
        )
    if item.mark:
        lines.append(": ".join(part for part in (item.mark_text, item.note) if part))
    return "\n".join(lines)


def accessible_text(item: QueueItem) -> str:
    """Describe a row for a screen reader."""
    parts = [item.name, item.facts_text, item.verdict_text]
    if item.lr_text:
        parts.append(
            translate("Queue", "log10 likelihood ratio {lr_text}").format(lr_text=item.lr_text)
        )
    if item.warnings:
        parts.append(translate("Queue", "%n warning(s)", "", item.warnings))
    if item.mark:
        parts.append(translate("Queue", "bookmarked {mark}").format(mark=item.mark_text))
    return ", ".join(part for part in parts if part)


def _text(item: QueueItem, column: Column) -> str:
    match column:
        case Column.ITEM:
            return item.name
        case Column.SIZE:
            return f"{item.width} × {item.height}" if item.width else ""
        case Column.FORMAT:
            return item.format
        case Column.STATE:
            return translated("Queue", _STATES[item.state])
        case Column.VERDICT:
            return opinion(item.answer)
        case Column.STRENGTH:
            return item.lr_text
        case Column.SOURCE:
            return item.source_title
        case Column.WARNINGS:
            return str(item.warnings or "")
        case Column.MARK:
            return item.mark_text


def _runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Join neighbouring rows, given in ascending order, to (first, last)."""
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return runs
