"""All lanes of a window."""

from __future__ import annotations

from fpinspect.gui.workers import Lane


class Lanes:
    """The engines by what they serve: screen, what comes next on it, queue, files, case."""

    def __init__(self, view: Lane, ahead: Lane, batch: Lane, files: Lane, case: Lane) -> None:
        self.view, self.ahead, self.batch, self.files, self.case = view, ahead, batch, files, case

    def prepare(self) -> None:
        """Let the engines start that an image needs first."""
        for lane in (self.files, self.batch):
            lane.prepare()

    def close(self) -> None:
        """End them all."""
        for lane in (self.view, self.ahead, self.batch, self.files, self.case):
            lane.close()
