#!/bin/bash
# Usage: tests/fuzz/run.sh [--examples N] [--seed N] [pytest arguments …]
#
# Sends requests made from the API's own description to the server binary (ARNO_BIN, by default target/ci/arno): as many
# an endpoint as --examples says, the same ones for the same --seed.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=$(tests/python.sh tests/scenarios/requirements.txt)
export ARNO_BIN=${ARNO_BIN:-${CARGO_TARGET_DIR:-target}/ci/arno}
exec "$python" -m pytest tests/fuzz --rootdir . -p no:cacheprovider --quiet -n 2 "$@"
