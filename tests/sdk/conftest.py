"""Fixtures: one real server a test process (a worker of pytest-xdist), and a user's machine a module.

With `--pair` there are two servers on one PostgreSQL database and one object store: every second machine uses the other
server, and the calls that read back what was stored go to both in turn.
"""

import itertools
import os
import sys
from pathlib import Path

import pytest

from support.api import Api
from support.postgres import create_database
from support.s3 import ObjectStore
from support.sdk import REPOSITORY, Sdk
from support.server import ACCESS_KEY, SECRET_KEY, Server


def pytest_addoption(parser):
    parser.addoption("--engine", default=os.environ.get("ARNO_TEST_ENGINE", "sqlite"), choices=["sqlite", "postgres"])
    parser.addoption("--sdk-python", default=sys.executable, help="Python with the SDK under test, by default this one")
    parser.addoption("--pair", action="store_true", help="two servers on one database and one object store")
    parser.addoption("--clients-python", default=sys.executable, help="Python with clearml-agent and clearml-serving")


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
def object_store(tmp_path_factory):
    running = ObjectStore(tmp_path_factory.mktemp("moto"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def servers(binary, database_url, request, tmp_path_factory):
    """One server, or two that share everything but their folders."""
    started = []
    if request.config.getoption("--pair"):
        shared = request.getfixturevalue("object_store").as_files
        for number in range(2):
            files_url = started[0].files_url if started else None
            folder = tmp_path_factory.mktemp(f"server{number}")
            started.append(Server(binary, folder, database_url, files_url, **shared).start())
    else:
        started.append(Server(binary, tmp_path_factory.mktemp("server"), database_url).start())
    yield started
    for running in started:
        running.stop()


@pytest.fixture(scope="session")
def server(servers):
    return servers[0]


@pytest.fixture(scope="session")
def api(servers):
    return Api(servers[0], ACCESS_KEY, SECRET_KEY, servers)


@pytest.fixture(scope="session")
def in_turn(servers):
    """The servers, one after the other, without end."""
    return itertools.cycle(servers)


@pytest.fixture(scope="module")
def sdk(in_turn, request, tmp_path_factory):
    return Sdk(next(in_turn), tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))


@pytest.fixture(scope="module")
def clients(server, request, tmp_path_factory):
    """A machine with the other official clients. Its agent runs tasks in the agent's own environment."""
    machine = Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--clients-python"))
    machine.env |= {"CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL": "1", "CLEARML_AGENT_QUEUE_POLL_FREQ_SEC": "0.5"}
    return machine


@pytest.fixture(scope="session")
def valley(server, api, request, tmp_path_factory):
    """The task that searches start from. Several files search, and may do so on one server."""
    machine = Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))
    machine.example("optimization_base.py", CLEARML_TASK_NO_REUSE="1")
    return api.task("Examples/Optimization", "Valley")
