"""The server under test: the one at --url, or Arno started on SQLite or PostgreSQL by tests/sdk's own support."""

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests/sdk")]

from runner import Client  # noqa: E402  (the lines above make these importable)
from support.postgres import create_database  # noqa: E402
from support.server import ACCESS_KEY, SECRET_KEY, Server  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--url", help="a server that runs already; none is started then")
    parser.addoption("--access-key", default=ACCESS_KEY)
    parser.addoption("--secret-key", default=SECRET_KEY)
    parser.addoption("--engine", default="sqlite", choices=["sqlite", "postgres"])


@pytest.fixture(scope="session")
def url(request, tmp_path_factory):
    """Where the API is."""
    given = request.config.getoption("--url")
    if given:
        yield given
        return
    binary = Path(os.environ.get("ARNO_BIN", ROOT / "target/ci/arno")).resolve()
    assert binary.is_file(), f"{binary} does not exist: build it, or set ARNO_BIN"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    on_postgres = request.config.getoption("--engine") == "postgres"
    database = create_database(f"scenarios_{worker}") if on_postgres else None
    server = Server(binary, tmp_path_factory.mktemp("server"), database).start()
    yield server.api_url
    server.stop()


@pytest.fixture(scope="session")
def client(url, request):
    return Client(url, request.config.getoption("--access-key"), request.config.getoption("--secret-key"))
