#!/bin/bash
# Usage: tests/python.sh <requirements file>
#
# Prints the Python of a virtual environment with exactly these packages. It lies under .cache and is
# made anew whenever the file, the system's Python or its own place changes: its scripts name that place.
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=$1
venv=$PWD/.cache/venv-$(python3 --version | cat - "$requirements" | sha256sum | cut -c1-12)
if [[ "$(cat "$venv/complete" 2>/dev/null)" != "$(realpath -m "$venv")" ]]; then
  rm -rf "$venv"
  python3 -m venv "$venv" >&2
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >&2
  realpath "$venv" >"$venv/complete"
fi
echo "$venv/bin/python"
