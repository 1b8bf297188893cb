#!/usr/bin/env bash
# Usage: tests/sdk/run.sh [--engine postgres [--pair]] [--sdk 1.14.4|1.16.5] [pytest arguments …]
#
# Runs the official SDK, its tools and the examples against the server binary (ARNO_BIN, by default target/ci/arno).
# With an engine or an SDK version other than the usual one, only the core of the tests runs. With --pair its clients are
# spread over two servers that share a database and an object store.
# Python packages go into virtual environments under .cache, made anew whenever the pinned versions change.
set -euo pipefail
cd "$(dirname "$0")/../.."

engine=sqlite
sdk=
while [[ ${1:-} == --engine || ${1:-} == --sdk ]]; do
  [[ $1 == --engine ]] && engine=$2
  [[ $1 == --sdk ]] && sdk=$2
  shift 2
done

if [[ $engine == postgres && -z ${ARNO_TEST_POSTGRES:-} ]]; then
  exec tests/postgres.sh tests/sdk/run.sh --engine postgres ${sdk:+--sdk "$sdk"} "$@"
fi

tests/need.sh nginx nginx
tests/need.sh openssl openssl
tests/need.sh git git
tests/need.sh slurmctld slurm-wlm
tests/need.sh munged munge
tests/need.sh dockerd docker.io
python=$(tests/python.sh tests/sdk/requirements.txt)
options=(--engine "$engine")
[[ $engine == postgres || -n $sdk ]] && options+=(-m core)
[[ $engine == sqlite && -z $sdk ]] && options+=(--clients-python "$(tests/python.sh tests/sdk/requirements-clients.txt)")
[[ -n $sdk ]] && options+=(--sdk-python "$(tests/python.sh "tests/sdk/requirements-$sdk.txt")")

export ARNO_BIN=${ARNO_BIN:-${CARGO_TARGET_DIR:-target}/ci/arno}
exec "$python" -m pytest tests/sdk -p no:cacheprovider --quiet -n 2 --dist loadfile "${options[@]}" "$@"
