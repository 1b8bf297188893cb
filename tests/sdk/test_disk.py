"""Disks that are full or read-only: refused with the protocol's code, nothing lost, and the server stays up.

The server's data lie on a mount that only its own processes see, which needs a namespace of the kernel: root's, or
with `--map-root-user` anybody's.
"""

import os
import shlex
import subprocess

import pytest
import requests

from support.api import Api, ApiError
from support.server import ACCESS_KEY, SECRET_KEY, Server

MEGABYTE = 1 << 20
OWN_MOUNTS = ["--mount"] if os.geteuid() == 0 else ["--mount", "--map-root-user"]


class OnOwnDisk(Server):
    """A server that starts with `mount <arguments> <data directory>` of its own."""

    def __init__(self, binary, folder):
        super().__init__(binary, folder)
        self.data.mkdir(parents=True)
        self.program = self.binary

    def mount_at_start(self, *arguments):
        command = ["mount", *arguments, str(self.data)]
        wrapper = self.folder / "arno-on-own-disk"
        inner = f'{shlex.join(command)} && exec {shlex.quote(self.program)} "$@"'
        wrapper.write_text(f"#!/bin/sh\nexec unshare {' '.join(OWN_MOUNTS)} sh -c {shlex.quote(inner)} arno \"$@\"\n")
        wrapper.chmod(0o755)
        self.binary = str(wrapper)

    def remount(self, options):
        enter = ["nsenter", "--target", str(self.process.pid), "--mount"]
        if os.geteuid() != 0:
            enter += ["--user", "--preserve-credentials"]
        subprocess.run([*enter, "mount", "-o", f"remount,{options}", str(self.data)], check=True)


@pytest.fixture
def owner(binary, tmp_path):
    server = OnOwnDisk(binary, tmp_path / "own")
    yield server
    if server.alive():
        server.stop()


def upload(server, api, path, content):
    return requests.post(server.files_url, headers=api.headers, files={path: ("f", content)}, timeout=60)


def refused_uploads(server, api, size):
    """Uploads different files of this size until one is refused; its answer."""
    for number in range(10_000):
        answer = upload(server, api, f"fill/{size}/{number}", number.to_bytes(4, "big") * (size // 4))
        if answer.status_code != 200:
            return answer
    raise AssertionError("the disk never filled")


def test_full_disk(owner):
    owner.mount_at_start("-t", "tmpfs", "-o", "size=32m", "tmpfs")
    owner.start()
    api = Api(owner, ACCESS_KEY, SECRET_KEY)
    project = api.call("projects.create", name="kept")["id"]
    task = api.call("tasks.create", name="kept", type="training", project=project)["id"]
    assert upload(owner, api, "kept.bin", b"k" * MEGABYTE).status_code == 200

    for size in (64 * MEGABYTE, MEGABYTE, 64 * 1024, 4096):
        answer = refused_uploads(owner, api, size)
        assert answer.status_code == 500, answer.text
        assert "full or read-only" in answer.text
    with pytest.raises(ApiError) as refused:
        for number in range(10_000):
            api.call("tasks.create", name=f"task {number}", type="training", comment="c" * 4000)
    assert (refused.value.code, refused.value.subcode) == (500, 4)
    assert "free space" in refused.value.message

    assert owner.healthy()
    assert api.task_by_id(task)["name"] == "kept"
    kept = requests.get(f"{owner.files_url}/kept.bin", headers=api.headers, timeout=60)
    assert kept.content == b"k" * MEGABYTE

    owner.remount("size=96m")
    assert api.call("tasks.create", name="again", type="training", project=project)["id"]
    assert upload(owner, api, "again.bin", b"a" * 8 * MEGABYTE).status_code == 200
    assert {found["name"] for found in api.tasks("kept")} == {"kept", "again"}


def test_data_that_became_read_only(owner):
    owner.start()
    Api(owner, ACCESS_KEY, SECRET_KEY).call("projects.create", name="kept")
    owner.stop()

    owner.mount_at_start("--bind", "-o", "ro", str(owner.data))
    refused = owner.run("server")
    assert refused.returncode not in (0, 101), refused.stderr
    assert str(owner.data) in refused.stderr
    assert "ead-only" in refused.stderr
    assert 1 <= len(refused.stderr.strip().splitlines()) <= 5, refused.stderr

    owner.binary = owner.program
    owner.start()
    assert Api(owner, ACCESS_KEY, SECRET_KEY).project("kept")["name"] == "kept"
