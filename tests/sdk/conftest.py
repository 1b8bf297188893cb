"""Fixtures: one real server a test process (a worker of pytest-xdist), and a user's machine a module."""

import os
import sys
from pathlib import Path

import pytest

from support.api import Api
from support.postgres import create_database
from support.sdk import REPOSITORY, Sdk
from support.server import ACCESS_KEY, SECRET_KEY, Server


def pytest_addoption(parser):
    parser.addoption("--engine", default=os.environ.get("ARNO_TEST_ENGINE", "sqlite"), choices=["sqlite", "postgres"])
    parser.addoption("--sdk-python", default=sys.executable, help="Python with the SDK under test, by default this one")


def pytest_configure(config):
    config.addinivalue_line("markers", "core: tells whether an engine or an SDK version works at all")


@pytest.fixture(scope="session")
def binary():
    path = Path(os.environ.get("ARNO_BIN", REPOSITORY / "target/ci/arno")).resolve()
    assert path.is_file(), f"{path} does not exist: build it, or set ARNO_BIN"
    return path


@pytest.fixture(scope="session")
def database_url(request):
    """None on SQLite, else an empty database for this process of the tests."""
    if request.config.getoption("--engine") == "sqlite":
        return None
    return create_database(f"sdk_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


@pytest.fixture(scope="session")
def server(binary, database_url, tmp_path_factory):
    running = Server(binary, tmp_path_factory.mktemp("server"), database_url).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def api(server):
    return Api(server, ACCESS_KEY, SECRET_KEY)


@pytest.fixture(scope="module")
def sdk(server, request, tmp_path_factory):
    return Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))


@pytest.fixture(scope="session")
def valley(server, api, request, tmp_path_factory):
    """The task that searches start from. Several files search, and may do so on one server."""
    machine = Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))
    machine.example("optimization_base.py", CLEARML_TASK_NO_REUSE="1")
    return api.task("Examples/Optimization", "Valley")
