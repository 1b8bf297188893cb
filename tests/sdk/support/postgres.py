"""A database of one's own in the PostgreSQL server that tests/postgres.sh started."""

import os
import shutil
import subprocess
from pathlib import Path

DEBIAN_ROOT = Path("/usr/lib/postgresql")


def psql():
    """PostgreSQL's client is on the path, or in Debian's versioned folders."""
    on_path = shutil.which("psql")
    if on_path:
        return on_path
    versions = sorted(DEBIAN_ROOT.glob("*/bin/psql"), key=lambda path: int(path.parent.parent.name))
    return str(versions[-1])


def create_database(name):
    """Make an empty database; returns its URL."""
    server = os.environ["ARNO_TEST_POSTGRES"]
    query = f'drop database if exists "{name}"', f'create database "{name}"'
    commands = [part for statement in query for part in ("-c", statement)]
    subprocess.run([psql(), "-q", "-d", server, *commands], check=True, stdin=subprocess.DEVNULL, timeout=60)
    return server.rpartition("/")[0] + "/" + name
