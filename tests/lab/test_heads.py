"""The heads' training: what is stored is what was fitted."""

from __future__ import annotations

import numpy as np
import torch

from fpinspect.lab.nets import HeadsModule, quantise_first, store_coarsely
from fpinspect.verdict import features
from fpinspect.verdict.classifier import dequantise_first

D = sum(features.LENGTHS.values())


def test_eight_bits_keep_the_first_layer_to_half_a_step():
    weight = np.random.default_rng(0).normal(0, 0.02, (3, D)).astype(np.float32)
    weights, steps = quantise_first(weight)
    assert weights.dtype == np.int8
    back = dequantise_first(weights, steps)
    for i, span in enumerate(features.spans().values()):
        off = np.abs(back[:, span] - weight[:, span]).max(axis=1)
        assert (off <= steps[:, i] * 0.501).all()
        assert off.max() > 0


def test_rounding_twice_changes_nothing():
    torch.manual_seed(0)
    net = HeadsModule(torch.zeros(D), torch.ones(D), 4, 2)
    store_coarsely(net)
    once = net.w1.detach().clone()
    store_coarsely(net)
    torch.testing.assert_close(net.w1.detach(), once, rtol=1e-5, atol=1e-8)
