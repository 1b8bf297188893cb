#!/bin/bash
# Usage: tests/scenarios/run.sh [--engine postgres | --url … --access-key … --secret-key …] [pytest arguments …]
#
# Runs the scenarios against the server binary (ARNO_BIN, by default target/ci/arno), or against a server that runs
# already.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ " $* " == *" --engine postgres "* && -z ${ARNO_TEST_POSTGRES:-} ]]; then
  exec tests/postgres.sh tests/scenarios/run.sh "$@"
fi

python=$(tests/python.sh tests/scenarios/requirements.txt)
export ARNO_BIN=${ARNO_BIN:-${CARGO_TARGET_DIR:-target}/ci/arno}
exec "$python" -m pytest tests/scenarios -p no:cacheprovider --quiet -n 2 "$@"
