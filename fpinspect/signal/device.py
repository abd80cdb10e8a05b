"""Where the numbers are crunched: device choice, memory budget, fall back on out-of-memory."""

from __future__ import annotations

from collections.abc import Callable

import torch

DEVICE_NAMES = ("auto", "cpu", "cuda", "mps")
_CPU_BUDGET = 512 * 2**20
_SHARE = 0.6  # of a GPU's free memory: the allocator fragments, other processes come and go


def _available(name: str) -> bool:
    """Tell whether torch can compute on a kind of device here and now."""
    if name == "cuda":
        return torch.cuda.is_available()
    if name == "mps":
        return torch.backends.mps.is_available()
    return name == "cpu"


def choose_device(name: str = "auto") -> torch.device:
    """Choose the device to compute on.

    Parameters
    ----------
    name : {"auto", "cpu", "cuda", "mps"}
        ``"auto"`` takes the first present of cuda, mps, cpu.

    Returns
    -------
    torch.device
        The device.

    Raises
    ------
    ValueError
        If the name is unknown or the device asked for is absent.
    """
    if name not in DEVICE_NAMES:
        raise ValueError(f"unknown device {name!r}: choose one of {', '.join(DEVICE_NAMES)}")
    if name == "auto":
        return torch.device(next(n for n in ("cuda", "mps", "cpu") if _available(n)))
    if not _available(name):
        present = ", ".join(n for n in DEVICE_NAMES[1:] if _available(n))
        raise ValueError(
            f"this machine has no {name} device that torch can use (present: {present}); "
            "use --device auto"
        )
    return torch.device(name)


def memory_budget(device: torch.device) -> int:
    """Bytes that one batch may take on a device.

    A fixed sum on the CPU, where working in cache-sized pieces is also the fastest way, and a
    share of what is free on a GPU.
    """
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(_SHARE * free)
    if device.type == "mps":
        used = torch.mps.current_allocated_memory()
        return int(_SHARE * max(torch.mps.recommended_max_memory() - used, 0))
    return _CPU_BUDGET


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an exception means that memory ran out, on whichever device."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and (
        "out of memory" in text or "can't allocate memory" in text
    )


def run_with_fallback(
    function: Callable[[torch.Tensor], torch.Tensor],
    batch: torch.Tensor,
    device: torch.device,
) -> torch.Tensor:
    """Apply a function to a batch on a device; when memory runs out, do with less.

    The batch is halved until single items remain, and an item that still does not fit is
    computed on the CPU.

    Parameters
    ----------
    function : callable
        Maps (N, …) to (N, …) item by item, on whichever device its input lies.
    batch : torch.Tensor
        (N, …) on the CPU, N at least 1.
    device : torch.device
        Where to try first.

    Returns
    -------
    torch.Tensor
        The result, on the CPU.

    Raises
    ------
    MemoryError
        If a single item does not fit into the CPU's memory either.
    """
    try:
        return function(batch.to(device)).cpu()
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        reason = str(error)
    # Outside the handler: the traceback would keep the failed tensors alive.
    if device.type == "cuda":
        torch.cuda.empty_cache()
    if len(batch) > 1:
        half = (len(batch) + 1) // 2
        parts = (batch[:half], batch[half:])
        return torch.cat([run_with_fallback(function, part, device) for part in parts])
    if device.type != "cpu":
        return run_with_fallback(function, batch, torch.device("cpu"))
    raise MemoryError(f"not enough memory for one image tile: {reason}")
