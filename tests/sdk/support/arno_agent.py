"""`arno agent` on a machine of its own, tasks for it, and waiting for their ends."""

from pathlib import Path

from .agent import background, eventually

ENDLESS = "import time\nprint('waiting to be stopped', flush=True)\nwhile True: time.sleep(0.1)\n"


class Machine:
    """A machine with `arno agent`, whose tasks run in the tests' own Python."""

    def __init__(self, binary, sdk):
        self.binary = binary
        self.sdk = sdk
        self.sdk.env |= {
            "CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL": "1",
            "ARNO_SECRET": "not for tasks",
            "GIT_AUTHOR_NAME": "tests",
        }

    @property
    def runs_folder(self):
        return self.sdk.folder / "home/.arno/agent/runs"

    @property
    def runs(self):
        """Tasks whose runs are not over."""
        return sorted(path.name for path in self.runs_folder.iterdir()) if self.runs_folder.exists() else []

    def daemon(self, worker, queue, *arguments, **extra_env):
        """An agent on this queue (and more, if they follow) under this name until the block ends, when it is killed."""
        command = [self.binary, "agent", "daemon", "--create-queue", "--queues", queue, *arguments]
        return background(self.sdk, worker.replace(":", "_"), command, CLEARML_WORKER_ID=worker, **extra_env)

    def agent(self, *arguments, expect=0, **extra_env):
        return self.sdk.run([self.binary, "agent", *arguments], expect=expect, **extra_env)


def enqueue(api, task_id, queue):
    assert api.call("tasks.enqueue", task=task_id, queue_name=queue)["queued"] == 1
    return task_id


def over(api, task_id):
    """The whole task, as soon as it has ended."""

    def ended():
        task = api.task_by_id(task_id)
        return task if task["status"] in ("completed", "failed", "stopped") else None

    return eventually(ended, lambda: f"{task_id} is {api.task_by_id(task_id)['status']}: {api.console(task_id)[-3000:]}")


def draft(api, name, diff="", **script):
    """A task with this code, as a program that knows only the protocol creates it."""
    script = {"binary": "python3", "entry_point": "code.py", "diff": diff, **script}
    return api.call("tasks.create", name=name, type="training", script=script)["id"]


def running(api, name, code, queue, line="waiting to be stopped"):
    """A task that has printed this line, and of which the server knows who runs it."""
    task = enqueue(api, draft(api, name, code), queue)
    eventually(lambda: line in api.console(task), lambda: api.console(task)[-3000:])
    eventually(lambda: api.task_by_id(task).get("last_worker"), lambda: f"nobody runs {task}")
    return task


def alive(pid):
    try:
        with open(f"/proc/{pid}/status") as status:
            return "\nState:\tZ" not in status.read()
    except FileNotFoundError:
        return False


def marked(mark):
    """Processes of this machine, those in containers among them, that have this word on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def clone(api, template, name, **parameters):
    """A copy of a task with other arguments."""
    made = api.call("tasks.clone", task=template["id"], new_task_name=name)["id"]
    items = [{"section": "Args", "name": key, "value": str(value)} for key, value in parameters.items()]
    if items:
        api.call("tasks.edit_hyper_params", task=made, hyperparams=items, replace_hyperparams="none")
    return made
