"""The real server binary as a child process: own data directory, own free ports, stopped by SIGTERM."""

import os
import socket
import subprocess
import time
from pathlib import Path

import requests

ACCESS_KEY = "TESTSACCESSKEY0000000000000000"
SECRET_KEY = "tests-secret-key-that-no-real-site-would-ever-use"
ADMIN_PASSWORD = "tests-admin-password"
READY_WITHIN = 60.0
STOP_WITHIN = 30.0


def free_ports(count):
    """Ports that nothing listens on; held open together so that they differ."""
    holders = [socket.socket() for _ in range(count)]
    try:
        for holder in holders:
            holder.bind(("127.0.0.1", 0))
        return [holder.getsockname()[1] for holder in holders]
    finally:
        for holder in holders:
            holder.close()


class Server:
    """One `arno server`. Start it again after `stop` and it serves the same data at the same addresses."""

    command = "server"

    def __init__(self, binary, folder, database_url=None, public_files_url=None, **extra_env):
        self.binary = str(binary)
        self.folder = Path(folder)
        self.data = self.folder / "data"
        self.web_port, self.api_port, self.files_port = free_ports(3)
        # What clients are told and what stored links begin with; servers that share files say the same.
        self.files_url = public_files_url or self.own_files_url
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "ARNO_DATA_DIR": str(self.data),
            "ARNO_WEB_PORT": str(self.web_port),
            "ARNO_API_PORT": str(self.api_port),
            "ARNO_FILES_PORT": str(self.files_port),
            "ARNO_ACCESS_KEY": ACCESS_KEY,
            "ARNO_SECRET_KEY": SECRET_KEY,
            "ARNO_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "ARNO_PUBLIC_FILES_URL": self.files_url,
            **({"ARNO_DATABASE_URL": database_url} if database_url else {}),
            **extra_env,
        }
        self.process = None

    @property
    def api_url(self):
        return f"http://127.0.0.1:{self.api_port}"

    @property
    def own_files_url(self):
        return f"http://127.0.0.1:{self.files_port}"

    @property
    def web_url(self):
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def log(self):
        """Everything the server has written to its standard streams."""
        return (self.folder / "server.log").read_text(errors="replace")

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen([self.binary, self.command], env=self.env, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_WITHIN
        while not self.healthy():
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with code {self.process.returncode}:\n{self.log}")
            if time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(f"the server was not ready within {READY_WITHIN:.0f} s:\n{self.log}")
            time.sleep(0.02)
        return self

    def healthy(self):
        try:
            return requests.get(f"{self.api_url}/healthz", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """End the server as a loss of power would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Ask the server to end; it must do so by itself, in time and with success."""
        self.process.terminate()
        try:
            code = self.process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"SIGTERM did not stop the server within {STOP_WITHIN:.0f} s:\n{self.log}") from None
        assert code == 0, f"the server ended with code {code}:\n{self.log}"

    def run(self, *arguments, timeout=60, **extra_env):
        """Run the binary to its end with this server's settings; returns the completed process."""
        return subprocess.run(
            [self.binary, *arguments],
            env={**self.env, **extra_env},
            capture_output=True,
            text=True,
            timeout=timeout,
        )
