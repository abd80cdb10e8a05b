"""Lineage: relatives are near whatever their origin, strangers far."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from made_up import entry, image, pattern

from fpinspect.fingerprint.accumulate import SourceAccumulator
from fpinspect.fingerprint.bank import Bank
from fpinspect.fingerprint.enrol import Enrolled, make_entry
from fpinspect.fingerprint.entry import PLENTY, BankError
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


def test_the_least_coded_files_tell_the_descent():
    sums = SourceAccumulator()
    for i in range(PLENTY):
        sums.add(*[image(2000 + i, pattern(1), (128, 128))] * 2, band="none")
        sums.add(*[image(3000 + i, pattern(2), (128, 128))] * 2, band="q75")
    history = Counter({"none": PLENTY, "q75": PLENTY})
    both = make_entry(Enrolled(sums=sums, hashes=["0" * 64], history=history), label="both")
    tree = lineage(Bank([both, entry("parent", pattern(1)), entry("coder", pattern(2))]))
    assert tree.similarity[0, 1] > 0.9
    assert tree.similarity[0, 2] < 0.5


def test_one_entry_has_no_lineage():
    with pytest.raises(BankError, match="two entries"):
        lineage(Bank().with_entry(entry("only", pattern(1))))
