#!/bin/bash
# Usage: tests/postgres.sh <command> [arguments …]
#
# Runs a command with a PostgreSQL server of its own: a new cluster in a temporary folder on a free
# port of 127.0.0.1, gone afterwards. The command finds it in ARNO_TEST_POSTGRES, and
# ARNO_TEST_REQUIRE_POSTGRES=1 tells it that leaving PostgreSQL out is a failure.
#
# POSTGRES_DURABLE=1 keeps the server's full sync (for measuring); tests go without.
set -euo pipefail

"$(dirname "$0")/need.sh" '/usr/lib/postgresql/*/bin/initdb' postgresql
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
folder=$(mktemp -d "${TMPDIR:-/tmp}/arno-postgres.XXXXXX")

# PostgreSQL refuses to run as root; Debian's package brings a user for it.
as_owner() {
  if [ "$(id -u)" = 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}
[ "$(id -u)" = 0 ] && chown postgres: "$folder"

stop() {
  as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
durable=on
[ "${POSTGRES_DURABLE:-0}" = 1 ] || durable=off
cd "$folder"
as_owner "$bin/initdb" -D "$folder/data" -U arno -A trust -E UTF8 --no-locale --no-sync >"$folder/log" \
  || { cat "$folder/log" >&2; exit 1; }
as_owner "$bin/pg_ctl" -D "$folder/data" -w -t 60 -s -l "$folder/data/log" start \
  -o "-h 127.0.0.1 -p $port -k $folder -c fsync=$durable -c synchronous_commit=$durable -c full_page_writes=$durable -c max_connections=200" \
  || { cat "$folder/data/log" >&2; exit 1; }
cd "$OLDPWD"

export ARNO_TEST_POSTGRES="postgres://arno@127.0.0.1:$port/postgres"
export ARNO_TEST_REQUIRE_POSTGRES=1
"$@"
