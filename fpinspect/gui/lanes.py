"""All lanes of a window."""

from __future__ import annotations

from fpinspect.gui.workers import Lane


class Lanes:
    """The engines by what they serve: the screen, the queue, files and thumbnails, the case."""

    def __init__(self, view: Lane, batch: Lane, files: Lane, case: Lane) -> None:
        self.view, self.batch, self.files, self.case = view, batch, files, case

    def close(self) -> None:
        """End them all."""
        for lane in (self.view, self.batch, self.files, self.case):
            lane.close()
