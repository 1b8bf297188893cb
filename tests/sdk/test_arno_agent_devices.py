"""Devices handed out to tasks, what else uses them, and tasks that run as their owners. The driver is a script."""

import os
import subprocess
import sys

import pytest

from support.agent import eventually
from support.api import Api
from support.arno_agent import Machine, alive, draft, enqueue, over, running
from support.sdk import Sdk

NVIDIA_SMI = """#!/bin/sh
case "$1" in
--query-gpu=index,uuid*) printf '0, GPU-a\\n1, GPU-b\\n2, GPU-c\\n' ;;
--query-compute-apps*) cat {folder}/used ;;
--query-gpu*) printf '0, 1, 10, 1000, 30\\n1, 1, 10, 1000, 30\\n2, 1, 10, 1000, 30\\n' ;;
*) echo 'Driver Version: 535.104.05   CUDA Version: 12.2' ;;
esac
"""
HOLDING = "echo devices $CUDA_VISIBLE_DEVICES of $CLEARML_WORKER_ID\nwhile [ ! -e {go} ]; do sleep 0.05; done\n"


@pytest.fixture
def driver(tmp_path):
    folder = tmp_path / "driver"
    folder.mkdir()
    (folder / "used").write_text("")
    (folder / "nvidia-smi").write_text(NVIDIA_SMI.format(folder=folder))
    (folder / "nvidia-smi").chmod(0o755)
    return folder


@pytest.fixture
def machine(binary, server, driver, request, tmp_path):
    sdk = Sdk(server, tmp_path / "machine", request.config.getoption("--sdk-python"))
    sdk.env["PATH"] = f"{driver}:{sdk.env['PATH']}"
    return Machine(binary, sdk)


def shell(api, name, code, queue):
    return enqueue(api, draft(api, name, code, binary="/bin/sh", entry_point="go.sh"), queue)


def said(api, task):
    """What a task says of its devices."""
    eventually(lambda: "devices" in api.console(task), lambda: api.console(task))
    (line,) = [line for line in api.console(task).splitlines() if line.startswith("devices ")]
    return line


def workers(api):
    return [worker["id"] for worker in api.call("workers.get_all", last_seen=600)["workers"]]


class TestDynamicDevices:
    def test_each_task_gets_its_queue_s_share_of_what_is_free(self, machine, driver, api, tmp_path):
        """Three devices, the second of which somebody else uses."""
        first, second = tmp_path / "first", tmp_path / "second"
        (driver / "used").write_text("GPU-b, 1, other, 100\n")
        arguments = ["--gpus", "0-2", "--dynamic-gpus"]
        api.call("queues.create", name="dyn-small")
        with machine.daemon("dynamic:all", "dyn-big=2", "dyn-small=1", *arguments):
            big = shell(api, "big", HOLDING.format(go=first), "dyn-big")
            assert said(api, big) == "devices 0,2 of dynamic:gpu0,2"
            small = shell(api, "small", HOLDING.format(go=second), "dyn-small")
            eventually(lambda: "dynamic:gpu0,2" in workers(api), lambda: str(workers(api)))
            first.touch()
            assert over(api, big)["status"] == "completed"
            assert said(api, small) == "devices 0 of dynamic:gpu0"
            second.touch()
            assert over(api, small)["status"] == "completed"

    @pytest.mark.parametrize("queues", [["dyn=4"], ["dyn"], ["dyn=0"]])
    def test_shares_that_cannot_be_had_are_refused(self, machine, queues):
        done = machine.agent("daemon", "--gpus", "0-2", "--dynamic-gpus", "--queue", *queues, expect=1)
        assert "does not say how many devices a task gets" in done.stdout


def test_processes_that_no_task_explains_are_listed_and_ended(machine, driver, api):
    """The task's own process is on a device as well, and is left alone."""
    with machine.daemon("watched:0", "watched"):
        task = running(api, "explained", "import os, time\nprint('pid', os.getpid(), flush=True)\ntime.sleep(1000)\n", "watched", "pid")
        own = api.console(task).split("pid ")[1].split()[0]
        foreign = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
        try:
            (driver / "used").write_text(f"GPU-a, {own}, python, 200\nGPU-a, {foreign.pid}, python, 300\n")
            listed = machine.agent("processes").stdout
            assert f"process {foreign.pid} of " in listed and "300 MB on GPU-a" in listed
            assert f"process {own} of" not in listed
            refused = machine.agent("processes", "--end", own, expect=1)
            assert "belongs to a task" in refused.stdout
            machine.agent("processes", "--end", foreign.pid)
            assert foreign.wait(60) == -15
            assert alive(own)
        finally:
            foreign.kill()
            foreign.wait()
            api.call("tasks.stop", task=task)
            assert over(api, task)["status"] == "stopped"


def test_a_task_may_run_as_its_owner(machine, server, api):
    """The agent is an administrator's; the task is another user's, and has neither the agent's rights nor its keys."""
    name = f"owner-{os.getpid()}"
    assert server.run("user", "add", name).returncode == 0
    made = server.run("credentials", "create", "--user", name)
    keys = dict(line.strip().split(": ") for line in made.stdout.replace('"', "").splitlines() if "_key" in line and ": " in line)
    owner = Api(server, keys["access_key"], keys["secret_key"])
    code = (
        "import base64, json, os\n"
        "body = os.environ['CLEARML_AUTH_TOKEN'].split('.')[1]\n"
        "identity = json.loads(base64.urlsafe_b64decode(body + '=' * (-len(body) % 4)))['identity']\n"
        "print('I am', identity['user'], 'secret_key' in open(os.environ['CLEARML_CONFIG_FILE']).read())\n"
        "from clearml import Task\nTask.init()\nprint('attached')\n"
    )
    with machine.daemon("owners:0", "owners", "--use-owner-token"):
        eventually(lambda: "owners" in [queue["name"] for queue in api.call("queues.get_all")["queues"]], lambda: "no queue")
        task = over(api, enqueue(owner, draft(owner, "mine", code), "owners"))
    console = api.console(task["id"])
    assert task["status"] == "completed" and f"I am {task['user']} False" in console, console
    assert task["user"] != api.call("users.get_current_user")["user"]["id"]
    assert "attached" in console
