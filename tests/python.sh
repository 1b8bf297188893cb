#!/bin/bash
# Usage: tests/python.sh <requirements file>
#
# Prints the Python of a virtual environment with exactly these packages. It lies under .cache and is
# made anew whenever the file or the system's Python changes.
set -euo pipefail
cd "$(dirname "$0")/.."

requirements=$1
venv=$PWD/.cache/venv-$(python3 --version | cat - "$requirements" | sha256sum | cut -c1-12)
if [[ ! -e $venv/complete ]]; then
  rm -rf "$venv"
  python3 -m venv "$venv" >&2
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >&2
  touch "$venv/complete"
fi
echo "$venv/bin/python"
