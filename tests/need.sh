#!/bin/sh
# Usage: tests/need.sh <command or file> <Debian package>
#
# Makes sure that a command (or, with a slash, a file pattern) exists: installs the package when
# run as root on Debian, and otherwise says what is missing.
set -eu
wanted=$1
package=$2

present() {
  case $wanted in
    */*) ls $wanted >/dev/null 2>&1 ;; # unquoted: a pattern
    *) command -v "$wanted" >/dev/null 2>&1 ;;
  esac
}

present && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "$wanted is missing: install it first (Debian package $package)" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
apt-get install -y -qq --no-install-recommends "$package" </dev/null >/dev/null
present || { echo "package $package is installed, but $wanted is still missing" >&2; exit 1; }
