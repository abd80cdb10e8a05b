"""Marks at the edges of a panel: nothing is cut in the middle."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF

from fpinspect.gui.views.marks import label_place, ring_outline

AREA = QRectF(0, 0, 512, 512)


@pytest.mark.parametrize("x", [0.0, 2.0, 256.0, 511.0])
@pytest.mark.parametrize("y", [2.0, 256.0, 470.0, 511.0])
def test_labels_lie_in_the_panel(x, y):
    place = label_place(QPointF(x, y), 8, 60, AREA)
    assert AREA.contains(place)


def test_a_label_is_below_its_ring_and_above_it_at_the_lower_edge():
    assert label_place(QPointF(256, 100), 8, 60, AREA).center() == QPointF(256, 124)
    assert label_place(QPointF(256, 450), 8, 60, AREA).center().y() == 474  # −3/8, over the plate
    assert label_place(QPointF(256, 480), 8, 60, AREA).center() == QPointF(256, 456)


def test_a_ring_at_the_edge_is_closed_along_it():
    whole, half = (ring_outline(QPointF(x, 256.0), 8, AREA) for x in (256.0, 0.0))
    assert whole.boundingRect().width() == pytest.approx(16, abs=0.1)
    assert half.boundingRect().left() == pytest.approx(1.5)
    assert half.boundingRect().right() == pytest.approx(8, abs=0.1)
    first, last = half.elementAt(0), half.elementAt(half.elementCount() - 1)
    assert (first.x, first.y) == pytest.approx((last.x, last.y))
    corner = ring_outline(QPointF(0.0, 0.0), 8, AREA).boundingRect()
    assert AREA.contains(corner)
    assert corner.width() > 5
