#!/usr/bin/env bash
# Usage: tests/gateway/run.sh [test files …]
#
# The gateway as flows, dashboards and providers meet it: a real Node-RED and a real OpenID provider against the server
# binary (ARNO_BIN, by default target/ci/arno).
set -euo pipefail
cd "$(dirname "$0")"
ARNO_BIN=$(realpath "${ARNO_BIN:-../../${CARGO_TARGET_DIR:-target}/ci/arno}")
export ARNO_BIN
[[ node_modules/.package-lock.json -nt package-lock.json ]] || npm ci --no-audit --no-fund
exec node --test --test-concurrency=2 "${@:-provider.test.js}" $([[ $# -gt 0 ]] || echo node-red.test.js original.test.js)
