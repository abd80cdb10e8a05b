"""``python -m fpinspect``: the same as the ``fpinspect`` command."""

from __future__ import annotations

import sys

from fpinspect.cli import main

if __name__ == "__main__":
    sys.exit(main())
