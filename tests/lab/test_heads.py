"""The heads' training: what is stored is what was fitted."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from fpinspect.lab.nets import REACH, HeadsModule, packed, store_coarsely
from fpinspect.verdict import features
from fpinspect.verdict.classifier import DEEPEST, VIEWS, unpack, view_families, views

D = sum(features.LENGTHS.values())


@pytest.fixture
def net() -> HeadsModule:
    torch.manual_seed(0)
    found = HeadsModule(torch.zeros(D), torch.ones(D), 4, 2)
    with torch.no_grad():
        for view in range(len(VIEWS)):
            found.first(view).normal_(0, 0.02)
    return found


@pytest.mark.parametrize("view", range(len(VIEWS)))
def test_four_bits_keep_the_first_layer_to_half_a_step(net, view):
    weight = net.first(view).detach().clone()
    store_coarsely(net)
    steps = getattr(net, f"steps_{view}")
    for i, family in enumerate(view_families(view)):
        step = steps[:, i, None]
        reach = DEEPEST * step
        rms = weight[:, family].square().mean(dim=1, keepdim=True).sqrt()
        torch.testing.assert_close(reach, REACH * rms, rtol=1e-4, atol=0)
        near = weight[:, family].clamp(min=-reach, max=reach)
        off = (net.first(view)[:, family] - near).abs()
        assert (off <= step * 0.501).all()
        assert off.max() > 0


@pytest.mark.parametrize("view", range(len(VIEWS)))
def test_what_is_packed_is_what_was_rounded(net, view):
    store_coarsely(net)
    small = packed(net, view)
    span = views()[view]
    assert small.dtype == np.uint8
    assert small.shape == (8, -(-(span.stop - span.start) // 2))
    back = unpack(small, getattr(net, f"steps_{view}").numpy(), view)
    np.testing.assert_array_equal(back, net.first(view).detach().numpy())


def test_the_views_are_neighbours_and_leave_no_family_out():
    spans, seen = features.spans(), set()
    for names, view in zip(VIEWS, views(), strict=True):
        assert sum(features.LENGTHS[name] for name in names) == view.stop - view.start
        assert spans[names[0]].start == view.start
        seen |= set(names)
    assert seen == set(features.FAMILIES)


def test_a_member_sees_its_view_alone(net):
    x = torch.randn(3, D)
    before = net.eval().members(x).detach()
    other = x.clone()
    other[:, features.spans()["log_psd"]] += 1
    after = net.members(other).detach()
    # Every fold's views in turn: the second of each knows no spectrum.
    assert (after[:, 0::2] != before[:, 0::2]).any()
    torch.testing.assert_close(after[:, 1::2], before[:, 1::2], rtol=0, atol=0)
