"""A real Docker engine in a folder of its own, and an image made of this machine's Python; needs root."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

READY_WITHIN = 120.0
STOP_WITHIN = 60.0
IMAGE = "arno-tests:python"
# Of Python's library, what no task of the tests imports.
LEFT_OUT = {"site-packages", "test", "tests", "idlelib", "tkinter", "turtledemo", "lib2to3", "__pycache__"}


class Engine:
    """A running engine, spoken to through its socket."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.socket = self.folder / "docker.sock"

    @property
    def host(self):
        return f"unix://{self.socket}"

    def call(self, method, path, body=None, **query):
        """The answer's status and text."""
        connection = http.client.HTTPConnection("engine", timeout=300)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(300)
        connection.sock.connect(str(self.socket))
        try:
            connection.request(method, f"{path}?{urlencode(query)}", body)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def ready(self):
        try:
            return self.call("GET", "/_ping") == (200, "OK")
        except OSError:
            return False

    def containers(self):
        """Names of all containers, also of those that have ended."""
        found = json.loads(self.call("GET", "/containers/json", all=1)[1])
        return sorted(name.lstrip("/") for container in found for name in container["Names"])

    def import_image(self, name, archive, **variables):
        """Make an image of a tar file."""
        changes = " ".join(f"{key}={value}" for key, value in variables.items())
        repository, tag = name.split(":")
        with open(archive, "rb") as body:
            status, said = self.call(
                "POST", "/images/create", body, fromSrc="-", repo=repository, tag=tag,
                **({"changes": f"ENV {changes}"} if changes else {}),
            )
        assert status == 200 and '"error"' not in said, f"image {name} cannot be imported: {said}"


@contextmanager
def engine(folder, *binaries):
    """A running engine that has the image; `binaries` must be able to start in it."""
    found = Engine(folder)
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    log_path = found.folder / "dockerd.log"
    options = {"data-root": found.folder / "data", "exec-root": found.folder / "exec", "pidfile": found.folder / "pid"}
    with open(log_path, "wb") as log:
        daemon = subprocess.Popen(
            # With mounts of its own, which vanish with it.
            ["unshare", "--mount", "dockerd", "--host", found.host, *(f"--{name}={value}" for name, value in options.items())]
            + ["--bridge=none", "--iptables=false", "--ip6tables=false"],
            env={"PATH": path, "HOME": str(found.folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + READY_WITHIN
        while not found.ready():
            said = log_path.read_text(errors="replace")[-3000:]
            assert daemon.poll() is None, f"dockerd ended with code {daemon.returncode}:\n{said}"
            assert time.monotonic() < deadline, f"dockerd was not ready within {READY_WITHIN:.0f} s:\n{said}"
            time.sleep(0.05)
        archive = found.folder / "image.tar"
        write_image(archive, *binaries)
        found.import_image(IMAGE, archive, PATH=f"{sys.base_prefix}/bin:/bin")
        archive.unlink()
        yield found
        for container in found.containers():
            found.call("DELETE", f"/containers/{container}", force=1, v=1)
    finally:
        daemon.terminate()
        try:
            daemon.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()
        shutil.rmtree(found.folder / "data", ignore_errors=True)


def write_image(archive, *binaries):
    """A root file system with this Python, a shell, and the libraries that they and `binaries` need."""
    base = Path(sys.base_prefix)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    files, programs = [], [base / "bin" / name, Path("/bin/sh"), *binaries]
    for folder, folders, names in os.walk(base / "lib" / name):
        folders[:] = [inner for inner in folders if inner not in LEFT_OUT and not inner.startswith("config-")]
        files += [Path(folder) / inner for inner in names]
    libraries = set().union(*(libraries_of(path) for path in [*programs, *files] if is_binary(path)), shared_libraries())
    with tarfile.open(archive, "w") as image:
        for path in [*files, *programs[:2], *sorted(libraries)]:
            image.add(os.path.realpath(path), arcname=str(path).lstrip("/"))
        for link in ("python3", "python"):
            image.addfile(entry(f"{base}/bin/{link}".lstrip("/"), tarfile.SYMTYPE, linkname=name))
        image.addfile(entry("tmp", tarfile.DIRTYPE, mode=0o1777))
        image.addfile(entry("root", tarfile.DIRTYPE, mode=0o700))


def entry(name, kind, **fields):
    made = tarfile.TarInfo(name)
    made.type = kind
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def is_binary(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def libraries_of(path):
    """Shared libraries a program or library is linked with."""
    said = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
    return {Path(found) for found in re.findall(r"(/\S+) \(0x", said)}


def shared_libraries():
    """The C library's parts and C++'s, which packages in virtual environments are linked with."""
    said = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    names = ("stdc++.so.6", "pthread.so.0", "dl.so.2", "rt.so.1", "util.so.1")
    found = (re.search(rf"lib{re.escape(name)} .*=> (/\S+)", said) for name in names)
    return {Path(match.group(1)) for match in found if match}
