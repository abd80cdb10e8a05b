#!/usr/bin/env bash
# All checks, as CI runs them: lint, format, types, import contracts, tests. Stops at the first
# that fails. Arguments go to pytest, e.g. `bash packaging/run-tests.sh tests/signal -k wavelet`.
. "$(dirname -- "${BASH_SOURCE[0]}")/_env.sh"

ensure_environment c2pa,dev,heif,jxl
ensure_libraries Xvfb xvfb xauth xauth
cd -- "$ROOT"
# One thread a worker: two workers with two threads each fight over two cores.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}

step "1/5 ruff check"
"$PY" -m ruff check .
step "2/5 ruff format --check"
"$PY" -m ruff format --check .
step "3/5 mypy (strict, all but gui)"
"$PY" -m mypy
step "4/5 import contracts"
"$VENV/bin/lint-imports"
step "5/5 pytest"
# A module stays with one worker: its fixtures (the wheel, a trained head) are made once.
exec "$PY" -m pytest -n 2 --dist loadscope "$@"
