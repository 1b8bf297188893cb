"""An object store that speaks S3's protocol: moto's server as a child process, with one bucket."""

import subprocess
import sys
import time

import requests

from .server import READY_WITHIN, free_ports

BUCKET = "bucket"
KEY = "s3-tests-key"
SECRET = "s3-tests-secret"


class ObjectStore:
    """Starts with the bucket in place; `stop` ends it and forgets everything."""

    def __init__(self, folder):
        (self.port,) = free_ports(1)
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        with open(folder / "moto.log", "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_WITHIN
        while not self.make_bucket():
            assert self.process.poll() is None and time.monotonic() < deadline, (folder / "moto.log").read_text()
            time.sleep(0.05)

    def make_bucket(self):
        try:
            return requests.put(f"{self.url}/{BUCKET}", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    @property
    def as_files(self):
        """Settings of a server that keeps its files here."""
        return {
            "ARNO_FILES_URL": f"s3://{BUCKET}/arno",
            "AWS_ENDPOINT": self.url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
        }

    def keys(self):
        """The names of all objects in the bucket."""
        answer = requests.get(f"{self.url}/{BUCKET}?list-type=2", timeout=30)
        assert answer.status_code == 200, answer.text
        return [part.partition("</Key>")[0] for part in answer.text.split("<Key>")[1:]]

    def stop(self):
        self.process.terminate()
        self.process.wait(READY_WITHIN)
