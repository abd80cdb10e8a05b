"""Lineage: relatives are near whatever their origin, strangers far."""

from __future__ import annotations

import numpy as np
import pytest
from made_up import entry, pattern

from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.entry import BankError
from fpinspect.fingerprint.lineage import lineage


def test_a_descendant_is_nearer_than_a_stranger():
    parent = pattern(1)
    child = np.roll(parent + 0.4 * pattern(2), (3, 5), (1, 2))  # moved and changed
    made = Bank()
    for label, tile, seed in [
        ("parent", parent, 0),
        ("child", child, 50),
        ("other", pattern(9), 90),
    ]:
        made = made.with_entry(entry(label, tile, seed=seed))
    tree = lineage(made)
    near, far = tree.similarity[0, 1], tree.similarity[0, 2]
    assert near > 0.8
    assert far < 0.5
    np.testing.assert_allclose(tree.similarity, tree.similarity.T)
    assert tree.linkage.shape == (2, 4)
    assert set(tree.linkage[0, :2].astype(int)) == {0, 1}  # joined first


def test_one_entry_has_no_lineage():
    with pytest.raises(BankError, match="two entries"):
        lineage(Bank().with_entry(entry("only", pattern(1))))
