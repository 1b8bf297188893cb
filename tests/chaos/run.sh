#!/bin/bash
# Usage: tests/chaos/run.sh [pytest arguments …]
#
# Kills the server binary (ARNO_BIN, by default target/ci/arno) under load on both engines. CHAOS_KILLS says how often
# (50), CHAOS_SEED repeats a run.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=$(tests/python.sh tests/chaos/requirements.txt)
export ARNO_BIN=${ARNO_BIN:-${CARGO_TARGET_DIR:-target}/ci/arno}
exec tests/postgres.sh "$python" -m pytest tests/chaos -p no:cacheprovider --quiet "$@"
