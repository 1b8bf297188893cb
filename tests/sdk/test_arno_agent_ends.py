"""How runs of `arno agent` end when it gets tight: abort callbacks, disks that fill up, a great many short tasks."""

import shlex

import pytest

from support.agent import background, eventually
from support.arno_agent import Machine, draft, enqueue, marked, over, running
from support.sdk import Sdk

CLONES = 100


@pytest.fixture
def machine(binary, server, request, tmp_path):
    return Machine(binary, Sdk(server, tmp_path / "machine", request.config.getoption("--sdk-python")))


def test_an_abort_callback_has_its_time(machine, api, tmp_path):
    saved = tmp_path / "saved"
    code = (
        "import time\nfrom clearml import Task\ntask = Task.init()\n"
        f"def save():\n    time.sleep(1)\n    open({str(saved)!r}, 'w').write('state')\n    print('state is saved')\n"
        "task.register_abort_callback(save, callback_execution_timeout=120)\n"
        "print('training', flush=True)\nwhile True: time.sleep(0.1)\n"
    )
    # Less time than the callback takes, for what has none.
    with machine.daemon("arno-saving:0", "arno-saving", CLEARML_AGENT_STOP_GRACE_SEC="0.2"):
        task = running(api, "saves its state", code, "arno-saving", line="training")
        eventually(
            lambda: api.task_by_id(task)["runtime"].get("_abort_callback_timeout"), lambda: api.task_by_id(task)["runtime"]
        )
        api.call("tasks.stop", task=task)
        ended = over(api, task)
    console = api.console(task)
    assert (ended["status"], saved.read_text()) == ("stopped", "state"), console
    assert "### Task abort callback timeout set, waiting for max" in console
    assert console.endswith("Process aborted by user")


class TestFullDisk:
    @staticmethod
    def daemon(machine, name, size):
        """An agent whose folder is a small disk of its own."""
        data = machine.sdk.folder / "home/.arno/agent"
        data.mkdir(parents=True)
        mount = shlex.join(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(data)])
        agent = shlex.join([str(machine.binary), "agent", "daemon", "--create-queue", "--queue", name])
        command = ["unshare", "--mount", "sh", "-c", f"{mount} && exec {agent}"]
        return background(machine.sdk, name, command, CLEARML_WORKER_ID=f"{name}:0")

    def test_a_task_that_fills_it_fails_by_itself_and_the_next_one_runs(self, machine, api):
        code = (
            "print('filling', flush=True)\n"
            "with open('huge', 'wb') as file:\n    while True: file.write(bytes(1 << 16)); file.flush()\n"
        )
        with self.daemon(machine, "arno-full", "6m"):
            failed = over(api, enqueue(api, draft(api, "fills the disk", code), "arno-full"))
            console = api.console(failed["id"])
            assert (failed["status"], failed["status_reason"]) == ("failed", "worker execution exit code 1"), console
            assert "No space left on device" in failed["status_message"], failed["status_message"]
            ended = over(api, enqueue(api, draft(api, "after it", "print('room again')\n"), "arno-full"))
        assert ended["status"] == "completed" and "room again" in api.console(ended["id"])

    def test_a_disk_without_room_for_a_run_is_told(self, machine, api):
        with self.daemon(machine, "arno-tiny", "16k"):
            failed = over(api, enqueue(api, draft(api, "no room", "print('never')\n"), "arno-tiny"))
        assert failed["status"] == "failed" and "No space left on device" in failed["status_message"], failed


def test_many_clones_leave_nothing(machine, api, tmp_path):
    """Sporadic load: short tasks from one template, several at a time, through one agent."""
    mark = f"clone-of-{tmp_path.name}"
    template = draft(api, "template", f"exec sh -c 'echo done' {mark}\n", binary="/bin/sh", entry_point="go.sh")
    home = machine.sdk.folder / "home"
    before = {path.relative_to(home) for path in home.rglob("*")}
    with machine.daemon("arno-sporadic", "arno-sporadic", "--services-mode", "8"):
        clones = [api.call("tasks.clone", task=template)["id"] for _ in range(CLONES)]
        for made in clones:
            enqueue(api, made, "arno-sporadic")
        ended = [over(api, clone) for clone in clones]
        assert [task["status"] for task in ended] == ["completed"] * CLONES
        eventually(lambda: not machine.runs, lambda: str(machine.runs))
    assert all(api.console(clone).splitlines().count("done") == 1 for clone in clones)
    assert not marked(mark)
    left = {path.relative_to(home) for path in home.rglob("*") if path.is_file()} - before
    assert {path.parts[0] for path in left} <= {".arno", "tmp"}, left
    assert not [path for path in left if "runs" in path.parts], left
