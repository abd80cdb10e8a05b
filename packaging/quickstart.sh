#!/usr/bin/env bash
# From a fresh clone to the demo's verdicts: makes .venv, installs, runs `fpinspect demo`, and opens
# the window if there is a screen. Run it again at will: what is in place is kept. Options go to
# the demo.
#
#   FPINSPECT_TORCH_INDEX   index to take torch from, e.g. the CPU-only builds (see README.md)
#   FPINSPECT_PYTHON        the Python to make .venv with
. "$(dirname -- "${BASH_SOURCE[0]}")/_env.sh"

ensure_environment c2pa,heif,jxl
ensure_libraries
step "Ready: $VENV/bin/fpinspect. The demo:"
"$VENV/bin/fpinspect" demo "$@"
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" = Darwin ]; then
  step "Opening the window (next time: $VENV/bin/fpinspect gui)"
  exec "$VENV/bin/fpinspect" gui
fi
