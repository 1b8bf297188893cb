"""`arno agent` in place of the official agent: code, environments, commands, and how runs end."""

import json
import os
import signal
import subprocess

import pytest

from support.agent import eventually
from support.api import Api
from support.arno_agent import ENDLESS, Machine, alive, draft, enqueue, over, running
from support.sdk import Sdk
from support.server import ACCESS_KEY, SECRET_KEY, Server
from support.wheels import write_wheel

WORKER = "arno-machine:0"


@pytest.fixture(scope="module")
def machine(binary, server, request, tmp_path_factory):
    sdk = Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))
    return Machine(binary, sdk)


@pytest.fixture(scope="module")
def agent(machine):
    with machine.daemon(WORKER, "arno-first,arno-second") as log:
        yield log


def run(api, name, diff="", **script):
    """That task's end."""
    return over(api, enqueue(api, draft(api, name, diff, **script), "arno-first"))


class TestCode:
    @pytest.fixture(scope="class")
    @classmethod
    def repository(cls, machine, tmp_path_factory):
        folder = tmp_path_factory.mktemp("repository")
        (folder / "package").mkdir()
        (folder / "package/__init__.py").write_text("")
        (folder / "package/tool.py").write_text("import sys\nprint('module with', sys.argv[1:])\n")
        (folder / "work").mkdir()
        (folder / "work/train.py").write_text("print('first version')\n")

        def git(*arguments):
            identity = ["-c", "user.name=tests", "-c", "user.email=tests@example.org"]
            return subprocess.run(
                ["git", *identity, *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
            ).stdout.strip()

        git("init", "--quiet", "--initial-branch", "main")
        git("add", ".")
        git("commit", "--quiet", "-m", "first")
        first = git("rev-parse", "HEAD")
        (folder / "work/train.py").write_text("print('second version')\n")
        git("commit", "--quiet", "-am", "second")
        return {"folder": str(folder), "first": first, "second": git("rev-parse", "HEAD")}

    def test_commit_changes_and_working_folder(self, agent, repository, api):
        diff = (
            "diff --git a/work/train.py b/work/train.py\n--- a/work/train.py\n+++ b/work/train.py\n"
            "@@ -1 +1 @@\n-print('first version')\n+import os; print('changed in', os.path.basename(os.getcwd()))\n"
        )
        script = {"repository": repository["folder"], "version_num": repository["first"], "working_dir": "work"}
        task = run(api, "patched", diff, entry_point="train.py", **script)
        assert task["status"] == "completed", api.console(task["id"])
        assert "changed in work" in api.console(task["id"])

    def test_branch_records_its_commit_and_modules_run(self, agent, repository, api):
        task = run(
            api, "module", repository=repository["folder"], branch="main", entry_point="-m package.tool --fast 'a b'",
        )
        assert task["status"] == "completed", api.console(task["id"])
        assert "module with ['--fast', 'a b']" in api.console(task["id"])
        assert task["script"]["version_num"] == repository["second"]

    def test_shell(self, agent, api):
        task = run(api, "shell", "echo task $CLEARML_TASK_ID\n", binary="/bin/bash", entry_point="go.sh")
        assert f"task {task['id']}" in api.console(task["id"])

    def test_surroundings_come_from_a_list(self, agent, api):
        code = "import json, os\nprint('names', json.dumps(sorted(os.environ)))\n"
        task = run(api, "surroundings", code)
        (line,) = [line for line in api.console(task["id"]).splitlines() if line.startswith("names ")]
        names = set(json.loads(line.removeprefix("names ")))
        assert {"CLEARML_TASK_ID", "CLEARML_CONFIG_FILE", "CLEARML_WORKER_ID", "PATH", "HOME"} <= names
        assert not [name for name in names if name.startswith(("ARNO_", "GIT_", "CLEARML_AGENT_", "CLEARML_API_"))]

    @pytest.mark.parametrize(
        ("script", "reason", "told"),
        [
            ({"repository": "/no/such/repository"}, "failed cloning repository", "check the repository"),
            ({"version_num": "0" * 40}, "failed cloning repository", "has no commit 0000"),
            ({"branch": "gone"}, "failed cloning repository", "has no branch gone"),
            ({"branch": "main", "entry_point": "gone.py"}, "failed preparing the code", "entry point"),
            ({"branch": "main", "working_dir": "gone"}, "failed preparing the code", "working directory"),
            ({"branch": "main", "working_dir": "../.."}, "failed preparing the code", "leads out"),
            (
                {"branch": "main", "diff": "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"},
                "failed cloning repository",
                "uncommitted changes do not apply",
            ),
        ],
        ids=["repository", "commit", "branch", "file", "folder", "outside", "changes"],
    )
    def test_bad_code_fails_with_what_to_do(self, agent, repository, api, script, reason, told):
        script = {"repository": repository["folder"], "entry_point": "work/train.py", **script}
        task = run(api, "bad code", script.pop("diff", ""), **script)
        assert (task["status"], task["status_reason"]) == ("failed", reason), api.console(task["id"])
        assert told in task["status_message"] and told in api.console(task["id"])


class TestEnds:
    def test_abort(self, agent, api):
        task = running(api, "aborted", ENDLESS, "arno-first")
        workers = api.call("workers.get_all", last_seen=600)["workers"]
        assert [worker["id"] for worker in workers if worker.get("task", {}).get("id") == task] == [WORKER]
        api.call("tasks.stop", task=task, status_reason="enough")
        ended = over(api, task)
        assert (ended["status"], ended["status_reason"]) == ("stopped", "task was stopped by tasks.stop")
        assert api.console(task).endswith("Process aborted by user")

    def test_what_ignores_signals_and_forks_away_is_ended(self, agent, machine, api, tmp_path):
        """A child in a session of its own, with both deaf to SIGTERM: nothing of them is left."""
        pids = tmp_path / "pids"
        code = (
            "import os, signal, subprocess, sys, time\n"
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "child = subprocess.Popen([sys.executable, '-c', 'import signal, time; "
            "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(1000)'], start_new_session=True)\n"
            f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n" + ENDLESS
        )
        with machine.daemon("arno-hasty:0", "arno-hasty", CLEARML_AGENT_STOP_GRACE_SEC="0.2"):
            task = running(api, "deaf", code, "arno-hasty")
            api.call("tasks.stop", task=task)
            assert over(api, task)["status"] == "stopped"
        assert not [pid for pid in pids.read_text().split() if alive(pid)]

    def test_a_signal_is_named(self, agent, api):
        task = run(api, "killed", "import os\nprint('last words', flush=True)\nos.kill(os.getpid(), 9)\n")
        assert (task["status"], task["status_reason"]) == ("failed", "worker execution exit code -9")
        assert "SIGKILL" in task["status_message"] and "last words" in task["status_message"]

    def test_a_limit_of_memory(self, agent, api):
        task = draft(api, "memory", "data = bytearray(300_000_000)\nimport time\ntime.sleep(1000)\n")
        api.call("tasks.edit", task=task, container={"arguments": "--memory 100m"})
        ended = over(api, enqueue(api, task, "arno-first"))
        assert ended["status"] == "failed" and "its limit is 100 MB" in ended["status_message"]

    def test_binary_and_flooding_output(self, agent, api):
        code = (
            "import sys\nsys.stdout.buffer.write(bytes(range(256)) * 16 + b'\\n')\n"
            "line = b'x' * 999 + b'\\n'\nfor _ in range(40): sys.stdout.buffer.write(line * 1000)\n"
        )
        task = run(api, "flood", code)
        assert task["status"] == "completed"
        console = api.console(task["id"])
        assert "bytes of output were dropped" in console
        assert console.endswith("Process completed successfully")
        assert len(console) < 15_000_000


class TestInterruptions:
    LINES = (
        "import os, time\nprint('started', flush=True)\n"
        "while not os.path.exists({go!r}): time.sleep(0.05)\n"
        "for number in range(200): print('line', number, flush=True)\n"
    )

    def lines(self, api, task):
        return [line for line in api.console(task).splitlines() if line.startswith("line ")]

    def test_a_lost_run_is_reported(self, machine, api):
        with machine.daemon("arno-lost:0", "arno-lost"):
            task = running(api, "lost", ENDLESS, "arno-lost")
            started = json.loads((machine.runs_folder / task / "started.json").read_text())
        os.kill(started["supervisor"]["pid"], signal.SIGKILL)
        with machine.daemon("arno-lost:0", "arno-lost"):
            ended = over(api, task)
        assert ended["status"] == "failed" and "the run was lost" in ended["status_message"]
        eventually(lambda: not alive(started["child"]), lambda: "the task goes on")

    def test_lines_wait_for_a_server_that_is_away(self, binary, machine, request, tmp_path, tmp_path_factory):
        server = Server(binary, tmp_path_factory.mktemp("restarted")).start()
        try:
            api = Api(server, ACCESS_KEY, SECRET_KEY)
            other = Machine(binary, Sdk(server, tmp_path_factory.mktemp("machine"), machine.sdk.python))
            go, done = tmp_path / "go", tmp_path / "done"
            code = self.LINES.format(go=str(go)) + f"open({str(done)!r}, 'w').close()\n"
            with other.daemon("arno-patient:0", "default"):
                task = enqueue(api, draft(api, "patient", code), "default")
                eventually(lambda: "started" in api.console(task), lambda: api.console(task))
                server.kill()
                go.touch()
                eventually(done.exists, lambda: "the task waits for the server")
                server.start()
                assert over(api, task)["status"] == "completed", api.console(task)
            assert self.lines(api, task) == [f"line {number}" for number in range(200)]
        finally:
            server.stop()


class TestCommands:
    def test_execute_shows_the_console_and_ends_as_the_task(self, machine, api):
        made = draft(api, "executed", "import sys\nprint('executed here')\nsys.exit(5)\n")
        done = machine.agent("execute", "--id", made, expect=5)
        assert "executed here" in done.stdout
        assert api.task_by_id(made)["status_reason"] == "worker execution exit code 5"

    def test_execute_may_require_a_queue(self, machine, api):
        made = draft(api, "not queued", "print('never')\n")
        refused = machine.agent("execute", "--require-queue", "--id", made, expect=1)
        assert "waits in no queue" in refused.stdout

    def test_list_names_workers_and_config_masks_secrets(self, machine, api):
        api.call("workers.register", worker="arno-listed")
        assert "- id: arno-listed\n" in machine.agent("list").stdout
        shown = machine.agent("config").stdout
        assert "secret_key: \"****\"" in shown and "api_server" in shown

    def test_an_unknown_queue_is_refused(self, machine):
        refused = machine.agent("daemon", "--queue", "no such queue", expect=1)
        assert "there is no queue" in refused.stdout and "--create-queue" in refused.stdout

    def test_a_name_is_had_once_and_stop_ends_an_agent(self, machine, agent):
        eventually(lambda: WORKER in machine.agent("status").stdout, lambda: machine.agent("status").stdout)
        refused = machine.agent("daemon", "--queue", "default", expect=1, CLEARML_WORKER_ID=WORKER)
        assert f"{WORKER} runs on this machine already" in refused.stdout
        assert "no such agent" in machine.agent("stop", "nobody", expect=1).stdout

    def test_detached(self, machine, api):
        def listed():
            return [worker["id"] for worker in api.call("workers.get_all", last_seen=600)["workers"]]

        machine.agent("daemon", "--queue", "default", "-detached", CLEARML_WORKER_ID="arno-background")
        try:
            eventually(lambda: "arno-background" in listed(), lambda: str(listed()))
        finally:
            machine.agent("stop", "arno-background")
        eventually(lambda: "arno-background" not in listed(), lambda: str(listed()))


class TestServices:
    MEETING = (
        "import os, sys, time\nmine, other = {mine!r}, {other!r}\nopen(mine, 'w').close()\n"
        "while not os.path.exists(other): time.sleep(0.05)\nprint('met the other')\n"
    )

    def test_tasks_run_side_by_side_as_workers_of_their_own(self, machine, api, tmp_path):
        one, two = str(tmp_path / "one"), str(tmp_path / "two")
        with machine.daemon("arno-services", "arno-services", "--services-mode"):
            tasks = [
                enqueue(api, draft(api, "service", self.MEETING.format(mine=mine, other=other)), "arno-services")
                for mine, other in ((one, two), (two, one))
            ]
            for task in tasks:
                ended = over(api, task)
                assert ended["status"] == "completed", api.console(task)
                assert ended["last_worker"] == f"arno-services:service:{task}"


class TestEnvironments:
    def test_an_environment_is_made_once_and_what_a_task_installs_is_its_own(self, machine, api, tmp_path):
        """Real environments by uv, or pip, from packages that lie beside: nothing is fetched but the installer."""
        write_wheel(tmp_path)
        settings = {"CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL": "", "CLEARML_EXTRA_PIP_INSTALL_FLAGS": f"--find-links {tmp_path}"}
        code = (
            "import os, sys\n"
            "try:\n    import extra\n    print('found what another task left')\nexcept ImportError: pass\n"
            "import packed\nprint(packed.NAME)\n"
            "folder = next(path for path in sys.path if path.startswith(sys.prefix) and path.endswith('site-packages'))\n"
            "open(os.path.join(folder, 'extra.py'), 'w').close()\nimport extra\n"
        )
        with machine.daemon("arno-uv:0", "arno-uv", **settings):
            for number in range(2):
                requirements = {"pip": "# two lines\npacked == 1.0 ; python_version > '3'\n"}
                task = enqueue(api, draft(api, f"packed {number}", code, requirements=requirements), "arno-uv")
                ended = over(api, task)
                console = api.console(task)
                assert ended["status"] == "completed", console
                assert "packed here" in console and "found what another" not in console
                assert "packed==1.0" in ended["script"]["requirements"]["pip"]
                assert ended["script"]["requirements"]["org_pip"] == requirements["pip"]
            assert "is reused" in console

    def test_a_package_for_another_python_is_explained(self, machine, api, tmp_path):
        write_wheel(tmp_path, python=">=4.2")
        settings = {
            "CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL": "",
            "CLEARML_EXTRA_PIP_INSTALL_FLAGS": f"--no-index --find-links {tmp_path}",
        }
        with machine.daemon("arno-old:0", "arno-old", **settings):
            made = draft(api, "too old", "import packed\n", requirements={"pip": "packed==1.0"})
            ended = over(api, enqueue(api, made, "arno-old"))
        assert (ended["status"], ended["status_reason"]) == ("failed", "failed preparing the environment")
        assert "packed==1.0 needs Python >=4.2" in ended["status_message"], ended["status_message"]


class Up(Server):
    """`arno up`, with its agent."""

    command = "up"


class TestUp:
    @pytest.fixture(scope="class")
    @classmethod
    def up(cls, binary, tmp_path_factory):
        folder = tmp_path_factory.mktemp("up")
        running = Up(binary, folder, TMPDIR=str(folder)).start()
        yield running
        running.stop()

    @pytest.mark.parametrize("queue", ["default", "services"])
    def test_queued_tasks_run_on_the_same_machine(self, up, queue):
        api = Api(up, ACCESS_KEY, SECRET_KEY)
        # The agent makes the queue of services when it begins.
        eventually(
            lambda: queue in [found["name"] for found in api.call("queues.get_all")["queues"]], lambda: up.log[-3000:]
        )
        task = draft(api, "at home", "echo at home; env | grep -c ^ARNO_\n", binary="/bin/sh", entry_point="go.sh")
        assert over(api, enqueue(api, task, queue))["status"] == "failed", "grep found a variable"
        assert api.console(task).splitlines()[-3:-1] == ["at home", "0"]

    def test_others_keep_it_away_beyond_loopback(self, binary, tmp_path):
        """Who shares Arno with the network and has several users must say that tasks may run here."""
        shared = Up(binary, tmp_path, ARNO_LISTEN="0.0.0.0", TMPDIR=str(tmp_path)).start()
        shared.stop()
        assert "queued tasks run on this machine" in shared.log
        assert shared.run("user", "add", "guest").returncode == 0
        shared.start()
        shared.stop()
        assert "queued tasks are not run on this machine" in shared.log
