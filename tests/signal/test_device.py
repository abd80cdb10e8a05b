from __future__ import annotations

import pytest
import torch

from fpinspect.signal import device
from fpinspect.signal.device import choose_device, memory_budget, run_with_fallback


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch):
    def put(*names: str) -> None:
        monkeypatch.setattr(torch.cuda, "is_available", lambda: "cuda" in names)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: "mps" in names)

    return put


@pytest.mark.parametrize(
    ("names", "best"),
    [((), "cpu"), (("mps",), "mps"), (("cuda",), "cuda"), (("cuda", "mps"), "cuda")],
)
def test_auto_takes_the_best_device_present(present, names: tuple[str, ...], best: str) -> None:
    present(*names)
    assert choose_device("auto").type == best
    assert choose_device("cpu").type == "cpu"


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_an_absent_device_is_refused_in_plain_words(present, name: str) -> None:
    present()
    with pytest.raises(ValueError, match=f"no {name} device.*present: cpu"):
        choose_device(name)


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ValueError, match="choose one of auto, cpu, cuda, mps"):
        choose_device("gpu")


def test_cpu_has_a_budget() -> None:
    assert memory_budget(torch.device("cpu")) > 2**20


class Scarce:
    """Doubles its input, but runs out of memory above a number of items."""

    def __init__(self, limit: int, error: Exception) -> None:
        self.limit, self.error, self.sizes = limit, error, []

    def __call__(self, batch: torch.Tensor) -> torch.Tensor:
        self.sizes.append(len(batch))
        if len(batch) > self.limit:
            raise self.error
        return 2 * batch


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("MPS backend out of memory (MPS allocated: 18 GB)"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory"),
        MemoryError(),
    ],
)
def test_a_batch_that_does_not_fit_is_halved(error: Exception) -> None:
    batch = torch.arange(7.0)[:, None]
    scarce = Scarce(2, error)
    assert torch.equal(run_with_fallback(scarce, batch, torch.device("cpu")), 2 * batch)
    assert scarce.sizes == [7, 4, 2, 2, 3, 2, 1]


def test_an_item_that_does_not_fit_goes_to_the_cpu() -> None:
    seen = []

    def function(batch: torch.Tensor) -> torch.Tensor:
        seen.append(batch.device.type)
        if batch.device.type != "cpu":
            raise torch.OutOfMemoryError("out of memory")
        return batch + 1

    result = run_with_fallback(function, torch.zeros(2, 3), torch.device("meta"))
    assert torch.equal(result, torch.ones(2, 3))
    assert seen == ["meta", "meta", "cpu", "meta", "cpu"]


def test_memory_that_ends_on_the_cpu_is_said() -> None:
    with pytest.raises(MemoryError, match="one image tile"):
        run_with_fallback(Scarce(0, MemoryError()), torch.zeros(2, 1), torch.device("cpu"))


def test_other_errors_pass_through() -> None:
    with pytest.raises(RuntimeError, match="shape"):
        run_with_fallback(
            Scarce(0, RuntimeError("wrong shape")), torch.zeros(2, 1), torch.device("cpu")
        )
    assert not device.is_out_of_memory(ValueError("out of memory"))
