"""One Arno on SQLite for all tests of this folder; starting a server is tests/sdk's."""

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/sdk"))

from support.api import Api  # noqa: E402  (the line above makes these importable)
from support.server import ACCESS_KEY, SECRET_KEY, Server  # noqa: E402


def pytest_addoption(parser):
    parser.addoption("--examples", type=int, default=6, help="requests an endpoint")
    parser.addoption("--seed", type=int, default=1, help="another one makes other requests")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    binary = Path(os.environ.get("ARNO_BIN", ROOT / "target/ci/arno")).resolve()
    assert binary.is_file(), f"{binary} does not exist: build it, or set ARNO_BIN"
    running = Server(binary, tmp_path_factory.mktemp("server")).start()
    yield running
    running.stop()


def sign_in(server):
    """A session of one's own."""
    return Api(server, ACCESS_KEY, SECRET_KEY)
