"""Training a baseline's network until its own held-out loss stops falling; resumable."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from safetensors.torch import load, save

if TYPE_CHECKING:
    Tensors = dict[str, torch.Tensor]


class Learner(Protocol):
    """What is trained.

    Attributes
    ----------
    net : torch.nn.Module
        Its state is what is kept.
    optimizer : torch.optim.Optimizer
        Of the net's parameters.
    """

    @property
    def net(self) -> torch.nn.Module: ...  # noqa: D102 - see the class
    @property
    def optimizer(self) -> torch.optim.Optimizer: ...  # noqa: D102

    def advance(self, rng: np.random.Generator) -> None:
        """Take one step; what is drawn comes from `rng` alone."""
        ...

    def held_out(self) -> float:
        """Loss on images that no step has seen."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """When to look and when to stop.

    Attributes
    ----------
    every : int
        Steps between two looks at the held-out loss.
    patience : int
        Looks without a new lowest loss before the rate falls or training ends.
    drops : int
        How often the rate falls, to 0.3 of itself, from the best state so far.
    most : int
        Steps after which training ends in any case; the record says so.
    seed : int
        Of the drawing.
    """

    every: int
    patience: int
    drops: int
    most: int
    seed: int = 0


@dataclass
class History:
    """How a training went.

    Attributes
    ----------
    losses : list of float
        Held-out loss at every look.
    best : int
        Index of the lowest.
    since : int
        Looks since then or since the last drop of the rate.
    drops, step : int
        Drops and steps so far.
    seconds : float
        Computing time of this process.
    ended : str
        ``"stopped falling"`` or ``"most steps"``; empty while it goes on.
    """

    losses: list[float] = field(default_factory=list)
    best: int = -1
    since: int = 0
    drops: int = 0
    step: int = 0
    seconds: float = 0.0
    ended: str = ""


def fit(
    learner: Learner, path: Path, plan: Plan, identity: str, say: Callable[[str], None] = print
) -> History:
    """Train, or read what was trained before.

    Writes ``path`` (safetensors, the state with the lowest held-out loss), a record beside it
    (JSON) and, until it ends, a checkpoint to go on from.

    Parameters
    ----------
    learner : Learner
        In its first state; in its best state afterwards.
    path : pathlib.Path
        For the weights.
    plan : Plan
        When to stop.
    identity : str
        Of data and settings: weights and checkpoints of another one, of another network or another
        rate are not used.
    say : callable
        Told each look in a line.

    Returns
    -------
    History
        How it went.
    """
    record = path.with_suffix(".json")
    rates = [group["lr"] for group in learner.optimizer.param_groups]
    known = hashlib.sha256(f"{identity}:{plan}:{rates}:{learner.net}".encode()).hexdigest()
    if path.exists() and record.exists():
        facts = json.loads(record.read_text(encoding="utf-8"))
        if facts["identity"] == known:
            learner.net.load_state_dict(load(path.read_bytes()))
            return History(**facts["history"])
    path.parent.mkdir(parents=True, exist_ok=True)
    best, history = _run(learner, _Checkpoint(path.with_suffix(".checkpoint"), known), plan, say)
    learner.net.load_state_dict(best)
    path.write_bytes(save(best))
    facts = {
        "identity": known,
        "torch": torch.__version__,
        "device": next(learner.net.parameters()).device.type,
        "plan": asdict(plan),
        "history": asdict(history),
    }
    record.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".checkpoint").unlink(missing_ok=True)
    return history


def _run(
    learner: Learner, checkpoint: _Checkpoint, plan: Plan, say: Callable[[str], None]
) -> tuple[Tensors, History]:
    best, history = checkpoint.read(learner) or (_state(learner.net), History())
    while not history.ended:
        began = time.process_time()
        for _ in range(plan.every):
            # From seed and step alone: a resumed run draws what an uncut one would have drawn.
            learner.advance(np.random.default_rng([plan.seed, history.step]))
            history.step += 1
        loss = learner.held_out()
        history.losses.append(loss)
        if history.best < 0 or loss < history.losses[history.best]:
            history.best, history.since = len(history.losses) - 1, 0
            best = _state(learner.net)
        else:
            history.since += 1
        if history.since >= plan.patience:
            if history.drops == plan.drops:
                history.ended = "stopped falling"
            else:
                history.drops, history.since = history.drops + 1, 0
                learner.net.load_state_dict(best)
                for group in learner.optimizer.param_groups:
                    group["lr"] *= 0.3
        if history.step >= plan.most and not history.ended:
            history.ended = "most steps"
        history.seconds += time.process_time() - began
        say(f"{checkpoint.path.stem}: step {history.step}, held-out loss {loss:.4f}")
        checkpoint.write(learner, best, history)
    return best, history


def _state(net: torch.nn.Module) -> Tensors:
    return {k: v.detach().cpu().clone().contiguous() for k, v in net.state_dict().items()}


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    path: Path
    identity: str

    def write(self, learner: Learner, best: Tensors, history: History) -> None:
        optimizer = learner.optimizer.state_dict()
        tensors = {f"net.{k}": v for k, v in _state(learner.net).items()}
        tensors |= {f"best.{k}": v for k, v in best.items()}
        for i, values in optimizer["state"].items():
            tensors |= {f"optimizer.{i}.{k}": v.cpu().contiguous() for k, v in values.items()}
        facts = {
            "identity": self.identity,
            "history": json.dumps(asdict(history)),
            "rates": json.dumps([group["lr"] for group in optimizer["param_groups"]]),
        }
        partial = self.path.with_suffix(".part")
        partial.write_bytes(save(tensors, facts))
        partial.replace(self.path)

    def read(self, learner: Learner) -> tuple[Tensors, History] | None:
        """Put the learner where it was; None without a checkpoint of the same identity."""
        if not self.path.exists():
            return None
        content = self.path.read_bytes()
        facts = _metadata(content)
        if facts.get("identity") != self.identity:
            return None
        tensors = load(content)

        def part(prefix: str) -> Tensors:
            return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}

        learner.net.load_state_dict(part("net."))
        moments: dict[int, dict[str, Any]] = {}
        for key, value in part("optimizer.").items():
            number, name = key.split(".")
            moments.setdefault(int(number), {})[name] = value
        groups = learner.optimizer.state_dict()["param_groups"]
        for group, rate in zip(groups, json.loads(facts["rates"]), strict=True):
            group["lr"] = rate
        learner.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        return part("best."), History(**json.loads(facts["history"]))


def _metadata(content: bytes) -> dict[str, str]:
    """Read the texts in the header of a safetensors file."""
    length = int.from_bytes(content[:8], "little")
    header: dict[str, Any] = json.loads(content[8 : 8 + length])
    found: dict[str, str] = header.get("__metadata__", {})
    return found
