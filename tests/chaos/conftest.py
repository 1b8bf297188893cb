"""The server and the databases under test; starting a server is tests/sdk's, PostgreSQL comes from
tests/postgres.sh."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/sdk"))

from support.postgres import create_database  # noqa: E402  (the line above makes it importable)


@pytest.fixture
def binary():
    path = Path(os.environ.get("ARNO_BIN", ROOT / "target/ci/arno")).resolve()
    assert path.is_file(), f"{path} does not exist: build it, or set ARNO_BIN"
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    """None for SQLite, else an empty database."""
    return None if request.param == "sqlite" else create_database("chaos")
