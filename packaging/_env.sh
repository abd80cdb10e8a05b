# Shared by quickstart.sh and run-tests.sh: sourced by them, not run.
# Makes .venv at the repository's root and keeps it in step with constraints.txt and pyproject.toml.
set -euo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
VENV=$ROOT/.venv
PY=$VENV/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
# Another checkout or environment must not leak into this one.
unset PYTHONHOME PYTHONPATH

step() { printf '\n==> %s\n' "$*"; }

fail() {
  printf '\nfpinspect: %s\n' "$*" >&2
  exit 1
}

# Prints the first Python that will do. FPINSPECT_PYTHON names one to use instead.
find_python() {
  local candidate
  for candidate in ${FPINSPECT_PYTHON:-python3.11 python3.12 python3.13 python3.14 python3 python}; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
      command -v -- "$candidate"
      return
    fi
  done
  fail "needs Python 3.11 to 3.14 and found ${FPINSPECT_PYTHON:+only }${FPINSPECT_PYTHON:-none}. Install one
(Debian, Ubuntu: sudo apt-get install -y python3 python3-venv; macOS: brew install python@3.12), or name it:
FPINSPECT_PYTHON=/path/to/python bash $0"
}

# True if .venv runs, has pip and belongs to this folder (an environment does not survive a move).
venv_is_sound() {
  [ -x "$PY" ] && "$PY" - "$VENV" 2>/dev/null <<'EOF'
import os, sys
import pip
sys.exit(not (sys.version_info >= (3, 11) and os.path.realpath(sys.prefix) == os.path.realpath(sys.argv[1])))
EOF
}

# What the environment was made from; another fingerprint means that it has to be brought up to date.
fingerprint() {
  "$PY" - "$ROOT" "${FPINSPECT_TORCH_INDEX:-}" "$@" <<'EOF'
import hashlib, pathlib, sys
root = pathlib.Path(sys.argv[1])
digest = hashlib.sha256("\0".join([sys.version, *sys.argv[1:]]).encode())
for name in ("packaging/constraints.txt", "packaging/_env.sh", "pyproject.toml"):
    digest.update((root / name).read_bytes())
print(digest.hexdigest())
EOF
}

install() {
  # -qq: errors only. --no-compile: Python compiles what it imports when it does; all takes a minute.
  "$PY" -m pip install -qq --no-compile --constraint "$ROOT/packaging/constraints.txt" "$@" ||
    fail "pip could not install what is listed above. Without a network, what is already in .venv stays usable."
}

# ensure_environment EXTRAS: an editable install with these extras and the pinned versions.
ensure_environment() {
  local extras=$1 python stamp
  if ! venv_is_sound; then
    python=$(find_python)
    step "Creating .venv with $("$python" --version) ($python)"
    "$python" -m venv --clear "$VENV" ||
      fail "this Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt-get install -y python3-venv"
  fi
  stamp=$VENV/.fpinspect-$extras
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint "$extras")" ]; then
    return
  fi
  step "Installing fpinspect[$extras] into .venv (the first time: some 0.7 GB to fetch, some minutes)"
  if [ -n "${FPINSPECT_TORCH_INDEX:-}" ]; then
    # --no-deps: what torch leans on comes from the usual index, pinned.
    install --force-reinstall --no-deps --index-url "$FPINSPECT_TORCH_INDEX" \
      "$(grep -E '^torch==' "$ROOT/packaging/constraints.txt")"
  fi
  # The build backend is pinned like everything else, hence no isolated build.
  install "$(grep -E '^hatchling==' "$ROOT/packaging/constraints.txt")"
  install --no-build-isolation --editable "$ROOT[$extras]"
  fingerprint "$extras" >"$stamp"
}

# ensure_libraries [COMMAND PACKAGE]…: what Qt and OpenCV expect of a Debian system, and further
# commands with the package that brings each. Never fatal: the engine runs without a window.
ensure_libraries() {
  local packages command
  [ "$(uname -s)" = Linux ] || return 0
  packages=$("$PY" -c 'from fpinspect.libraries import missing_packages; print(*missing_packages())')
  while [ $# -gt 0 ]; do
    command -v -- "$1" >/dev/null || packages="$packages $2"
    shift 2
  done
  [ -n "${packages// /}" ] || return 0
  command="apt-get update -qq && apt-get install -y -qq --no-install-recommends $packages"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    step "Installing system libraries: $packages"
    DEBIAN_FRONTEND=noninteractive bash -c "$command" >/dev/null ||
      printf 'apt-get failed (above); going on without: %s\n' "$packages" >&2
  else
    step "Some system libraries are missing; the engine works without them, the window does not"
    printf 'On Debian and Ubuntu this one command installs them:\n\n  sudo sh -c "%s"\n' "$command"
  fi
}
