"""Run a notebook from the command line as a person would run it in Jupyter: a real server, a real kernel, a session.

    python examples/run_notebook.py examples/parking/parking.ipynb

The session is what lets the SDK find the notebook it runs in, and keep it with the task. A copy is run, in a folder of
its own, and saved after every cell (as Jupyter saves) with the outputs so far.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import requests
from jupyter_client import BlockingKernelClient
from jupyter_core.paths import jupyter_runtime_dir
from jupyter_server.serverapp import list_running_servers

START_WITHIN = 60
CELL_WITHIN = 120


class NotebookServer:
    """A headless Jupyter server on a folder; ends with the `with` block."""

    def __init__(self, folder):
        self.folder = folder

    def __enter__(self):
        command = [sys.executable, "-m", "jupyter_server", "--allow-root", f"--ServerApp.root_dir={self.folder}"]
        command += ["--ServerApp.port=0", "--ServerApp.ip=127.0.0.1"]
        self.process = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline and self.process.poll() is None:
            for server in list_running_servers():
                if server["pid"] == self.process.pid and self.answers(server["url"]):
                    self.url, self.headers = server["url"], {"Authorization": f"token {server['token']}"}
                    return self
            time.sleep(0.1)
        self.process.kill()
        raise RuntimeError("the Jupyter server did not start")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    @staticmethod
    def answers(url):
        """The server is listed before it listens."""
        try:
            return requests.get(f"{url}api", timeout=START_WITHIN).ok
        except requests.ConnectionError:
            return False

    def start_session(self, notebook):
        """Open the notebook: the server starts a kernel for it and lists both as a session."""
        request = {"path": notebook.name, "name": notebook.name, "type": "notebook", "kernel": {"name": "python3"}}
        answer = requests.post(f"{self.url}api/sessions", json=request, headers=self.headers, timeout=START_WITHIN)
        answer.raise_for_status()
        return answer.json()["kernel"]["id"]

    def stop_kernel(self, kernel_id):
        requests.delete(f"{self.url}api/kernels/{kernel_id}", headers=self.headers, timeout=START_WITHIN)


def connect(kernel_id):
    connection = Path(jupyter_runtime_dir(), f"kernel-{kernel_id}.json")
    client = BlockingKernelClient(connection_file=str(connection))
    client.load_connection_file()
    client.start_channels()
    client.wait_for_ready(timeout=START_WITHIN)
    return client


def run_cell(client, cell):
    """Execute one cell, keep its outputs in it, raise if it failed."""
    cell.outputs = []

    def keep(message):
        kind = message["header"]["msg_type"]
        if kind in ("stream", "display_data", "execute_result", "error"):
            cell.outputs.append(nbformat.v4.output_from_msg(message))
        if kind == "stream":
            print(message["content"]["text"], end="")

    reply = client.execute_interactive(cell.source, timeout=CELL_WITHIN, output_hook=keep)
    if reply["content"]["status"] != "ok":
        raise RuntimeError("\n".join(reply["content"].get("traceback", ["the cell was aborted"])))


def run(notebook, pause):
    document = nbformat.read(notebook, as_version=4)
    with NotebookServer(notebook.parent) as server:
        kernel_id = server.start_session(notebook)
        client = connect(kernel_id)
        try:
            for cell in document.cells:
                if cell.cell_type == "code":
                    run_cell(client, cell)
                    nbformat.write(document, notebook)
                    time.sleep(pause)
        finally:
            client.stop_channels()
            server.stop_kernel(kernel_id)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between cells: the SDK looks at the notebook then")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # The kernel imports from the folder it starts in, and writes its files there.
        os.environ["JUPYTER_RUNTIME_DIR"] = str(Path(folder, "runtime"))
        run(Path(shutil.copy(arguments.notebook, folder)), arguments.pause)


if __name__ == "__main__":
    main()
