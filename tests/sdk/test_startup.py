"""Starts that cannot succeed end at once with one line that names the remedy, and harm nothing."""

import os
import socket
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest

from support.api import Api
from support.server import ACCESS_KEY, SECRET_KEY, Server


@pytest.fixture
def fresh(binary, tmp_path):
    """A server on SQLite that was never started."""
    server = Server(binary, tmp_path / "fresh")
    server.folder.mkdir()
    yield server
    if server.alive():
        server.stop()


def refusal(done):
    """The message of a start that failed: on standard error, of a few lines, without a trace."""
    assert done.returncode not in (0, -6, 101), done.stderr
    assert "panicked" not in done.stderr
    assert 1 <= len(done.stderr.strip().splitlines()) <= 5, done.stderr
    return done.stderr


@pytest.mark.parametrize("port", ["web_port", "api_port", "files_port"])
def test_taken_port(fresh, port):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", getattr(fresh, port)))
        holder.listen()
        message = refusal(fresh.run("server"))
    assert str(getattr(fresh, port)) in message


def test_same_port_twice(fresh):
    message = refusal(fresh.run("server", ARNO_WEB_PORT=str(fresh.api_port)))
    assert str(fresh.api_port) in message


def test_second_server_on_the_same_data(fresh, binary, tmp_path):
    fresh.start()
    second = Server(binary, tmp_path / "second", ARNO_DATA_DIR=str(fresh.data))
    second.folder.mkdir()
    assert str(fresh.data) in refusal(second.run("server"))
    assert Api(fresh, ACCESS_KEY, SECRET_KEY).call("debug.ping")["msg"]


def test_data_directory_that_cannot_be_written(fresh):
    """Root ignores permissions, but nobody can make a folder under a file."""
    blocker = fresh.folder / "file"
    blocker.write_text("in the way")
    message = refusal(fresh.run("server", ARNO_DATA_DIR=str(blocker / "data")))
    assert str(blocker) in message


def test_read_only_data_directory(fresh):
    """Root may write everywhere but where the kernel itself refuses."""
    folder = Path("/proc/self") if os.geteuid() == 0 else fresh.folder
    fresh.folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        message = refusal(fresh.run("server", ARNO_DATA_DIR=str(folder / "data")))
    finally:
        fresh.folder.chmod(stat.S_IRWXU)
    assert str(folder / "data") in message


def test_newer_database(fresh):
    fresh.start()
    Api(fresh, ACCESS_KEY, SECRET_KEY).call("projects.create", name="kept")
    fresh.stop()
    with sqlite3.connect(fresh.data / "meta.db") as database:
        database.execute("insert into migration (version, name, applied) values (1000, 'of the future', 0)")
    message = refusal(fresh.run("server"))
    assert "newer" in message
    with sqlite3.connect(fresh.data / "meta.db") as database:
        database.execute("delete from migration where version = 1000")
    fresh.start()
    assert Api(fresh, ACCESS_KEY, SECRET_KEY).project("kept")["name"] == "kept"


def test_damaged_database(fresh):
    fresh.data.mkdir()
    (fresh.data / "meta.db").write_bytes(b"this is no database" * 1000)
    assert "meta.db" in refusal(fresh.run("server"))


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("[web\nport = 1", "arno.toml"),
        ("[web]\nport = 'eighty'", "port"),
        ("[web]\nport = 99999999", "port"),
        ("[no_such_section]\nkey = 1", "no_such_section"),
        ("\x00\xff", "arno.toml"),
    ],
)
def test_corrupt_settings_file(fresh, content, named):
    settings = fresh.folder / "arno.toml"
    settings.write_bytes(content.encode("latin-1"))
    env = {name: value for name, value in fresh.env.items() if name != "ARNO_WEB_PORT"}
    done = subprocess.run(
        [fresh.binary, "server", "--config", settings], env=env, capture_output=True, text=True, timeout=60
    )
    assert named in refusal(done)
    assert not fresh.data.exists()


def test_malformed_environment(fresh):
    assert "ARNO_API_PORT" in refusal(fresh.run("server", ARNO_API_PORT="eight"))
    assert "ARNO_DATABASE_URL" in refusal(fresh.run("server", ARNO_DATABASE_URL="oracle://somewhere"))


def test_unreachable_database_does_not_tell_its_password(fresh):
    url = "postgres://arno:hidden-password@127.0.0.1:9/arno"
    message = refusal(fresh.run("server", ARNO_DATABASE_URL=url))
    assert "127.0.0.1" in message
    assert "hidden-password" not in message


def test_stopping_and_starting_again_keeps_everything(fresh):
    fresh.start()
    api = Api(fresh, ACCESS_KEY, SECRET_KEY)
    made = api.call("tasks.create", name="durable", type="training")["id"]
    api.batch("events.add_batch", [{"task": made, "type": "log", "level": "info", "msg": "kept"}])
    fresh.stop()
    fresh.start()
    again = Api(fresh, ACCESS_KEY, SECRET_KEY)
    assert again.task_by_id(made)["name"] == "durable"
    assert again.console(made) == "kept"
    assert api.call("tasks.get_by_id", task=made)["task"]["id"] == made  # the old token still counts
