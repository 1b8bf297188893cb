"""What every executor of `arno agent` must do, each against the real thing: start, stream, signal, wait, end, take up again."""

import os
from pathlib import Path

import pytest

from support import docker, queued
from support.agent import eventually
from support.arno_agent import ENDLESS, Machine, clone, draft, enqueue, marked, over, running
from support.sdk import Sdk
from support.slurm import cluster

WAITING = "import os, time\nprint('started', flush=True)\nwhile not os.path.exists({go!r}): time.sleep(0.05)\n"


class Executor:
    """An agent that uses one executor."""

    def __init__(self, name, machine, *arguments, **extra_env):
        self.name, self.machine = name, machine
        self.queue, self.worker = f"{name}-queue", f"{name}-machine:0"
        self.project = f"Arno/Executors/{name}"
        self.arguments, self.extra_env = arguments, extra_env

    def agent(self):
        return self.machine.daemon(self.worker, self.queue, *self.arguments, **self.extra_env)


@pytest.fixture(scope="module", params=["process", "slurm", "docker"])
def executor(request, binary, server, tmp_path_factory):
    sdk = Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))
    machine = Machine(binary, sdk)
    if request.param == "process":
        yield Executor("process", machine)
    elif request.param == "slurm":
        with cluster(tmp_path_factory.mktemp("slurm")) as environment:
            yield Executor("slurm", machine, "--slurm", "--cpu-only", **environment)
    else:
        shared, environment = tmp_path_factory.getbasetemp(), Path(sdk.python).parent.parent
        options = ["-v", f"{shared}:{shared}", "-v", f"{environment}:{environment}:ro", "-e", f"PATH={environment}/bin:/bin"]
        with docker.engine(tmp_path_factory.mktemp("docker"), binary) as engine:
            yield Executor("docker", machine, "--docker", docker.IMAGE, *options, DOCKER_HOST=engine.host)
            assert engine.containers() == []


@pytest.fixture(scope="module")
def agent(executor):
    with executor.agent():
        yield executor


def test_exit_codes_and_all_output_come_back(agent, api):
    code = "import sys\nfor n in range(1000): print('line', n)\nsys.exit(int(sys.argv[1]))\n"
    for exit_code, status in ((0, "completed"), (7, "failed")):
        task = draft(api, "exits", code, entry_point=f"code.py {exit_code}")
        ended = over(api, enqueue(api, task, agent.queue))
        assert ended["status"] == status, api.console(task)
        lines = [line for line in api.console(task).splitlines() if line.startswith("line ")]
        assert lines == [f"line {n}" for n in range(1000)]


def test_output_is_there_while_the_task_runs(agent, api, tmp_path):
    go = tmp_path / "go"
    task = running(api, "streams", WAITING.format(go=str(go)), agent.queue, line="started")
    assert task in agent.machine.runs
    assert task in agent.machine.agent("status").stdout
    go.touch()
    assert over(api, task)["status"] == "completed"


def test_the_task_is_asked_before_it_is_ended(agent, api):
    code = (
        "import signal, sys\n"
        "def bye(*_):\n    print('goodbye', flush=True)\n    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, bye)\n" + ENDLESS
    )
    task = running(api, "polite", code, agent.queue)
    api.call("tasks.stop", task=task)
    assert over(api, task)["status"] == "stopped"
    assert api.console(task).splitlines()[-2:] == ["goodbye", "Process aborted by user"]


def test_nothing_of_the_task_is_left(agent, api, tmp_path):
    """Neither a child in a session of its own, nor the run's folder."""
    go, mark = tmp_path / "go", f"left-by-{agent.name}"
    code = (
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)', {mark!r}], start_new_session=True)\n"
        + WAITING.format(go=str(go))
    )
    task = running(api, "forks", code, agent.queue, line="started")
    assert marked(mark)
    go.touch()
    assert over(api, task)["status"] == "completed"
    assert not marked(mark)
    eventually(lambda: not agent.machine.runs, lambda: str(agent.machine.runs))


def test_limits_hold(agent, api):
    task = draft(api, "limited", ENDLESS)
    api.call("tasks.edit_runtime", task=task, add_or_update={"max_run_time": 1})
    ended = over(api, enqueue(api, task, agent.queue))
    assert ended["status"] == "failed" and "longer than its limit of 1 s" in ended["status_message"]


def test_a_killed_agent_takes_its_run_up_again(executor, api, tmp_path):
    """The task never stops, runs once, and every line is there once."""
    go, count = tmp_path / "go", tmp_path / "count"
    code = f"open({str(count)!r}, 'a').write('x')\n" + WAITING.format(go=str(go)) + "print('went on')\n"
    again = Executor(f"{executor.name}-again", executor.machine, *executor.arguments, **executor.extra_env)
    with again.agent():
        task = running(api, "taken up", code, again.queue, line="started")
    go.touch()
    with again.agent():
        assert over(api, task)["status"] == "completed", api.console(task)
    lines = api.console(task).splitlines()
    assert lines.count("started") == lines.count("went on") == 1
    assert count.read_text() == "x"
    assert os.path.exists(go)


class TestSdk:
    """What the SDK and its tools send through queues."""

    @pytest.fixture(scope="class")
    @classmethod
    def training(cls, agent, api):
        agent.machine.sdk.script(queued.training(agent.project), name="training.py")
        return api.task(agent.project, "training")

    def test_completion_with_log_metrics_and_arguments(self, agent, training, api):
        task = over(api, enqueue(api, clone(api, training, "completing", rate=0.125), agent.queue))
        assert (task["status"], task["status_reason"]) == ("completed", "worker execution done")
        assert task["status_message"] == f"Changed by clearml-agent {agent.worker}"
        assert task["last_worker"] == agent.worker
        assert task["runtime"]["_exec_agent_hostname"]
        assert api.scalars(task["id"])["loss"]["train"] == [(3, 0.125)]
        lines = api.console(task["id"]).splitlines()
        assert lines[-1] == "Process completed successfully"
        assert lines.count("the rate is 0.125") == 1
        assert "100%" in lines and not any("60%" in line for line in lines)

    def test_failure_says_code_and_last_lines(self, agent, training, api):
        task = over(api, enqueue(api, clone(api, training, "failing", rate=0.25, code=3), agent.queue))
        assert (task["status"], task["status_reason"]) == ("failed", "worker execution exit code 3")
        assert "the rate is 0.25" in task["status_message"]
        assert "Process failed, exit code 3" in api.console(task["id"])

    def test_execute_remotely(self, agent, api):
        done = agent.machine.sdk.script(
            "from clearml import Task\n"
            f"task = Task.init({agent.project!r}, 'remote')\n"
            f"task.execute_remotely({agent.queue!r})\n"
            "print('on the other machine')\n"
            "task.upload_artifact('answer', {'is': 42}, wait_on_upload=True)\n",
            name="remote.py",
        )
        assert "on the other machine" not in done.stdout
        task = over(api, api.task(agent.project, "remote")["id"])
        assert task["status"] == "completed", api.console(task["id"])
        assert "on the other machine" in api.console(task["id"])
        assert api.fetch(api.artifacts(task)["answer"]["uri"]).json() == {"is": 42}

    def test_clearml_task(self, agent, api):
        script = agent.machine.sdk.folder / "cli.py"
        script.write_text("print('sent by the tool')\n")
        packages = agent.machine.sdk.folder / "packages.txt"
        packages.write_text("clearml\n")
        agent.machine.sdk.tool(
            "clearml-task", "--project", agent.project, "--name", "by tool", "--script", script, "--queue", agent.queue,
            "--requirements", packages, "--skip-task-init",
        )
        task = over(api, api.task(agent.project, "by tool")["id"])
        assert task["status"] == "completed", api.console(task["id"])
        assert "sent by the tool" in api.console(task["id"])

    def test_optimisation_on_the_queue(self, agent, training, api):
        agent.machine.sdk.script(queued.optimisation(agent.project, agent.queue, training["id"]), name="optimisation.py")
        optimizer = api.task(agent.project, "optimisation")
        assert optimizer["status"] == "completed"
        trials = api.call("tasks.get_all", parent=optimizer["id"], search_hidden=True)["tasks"]
        losses = {api.parameters(trial)["Args/rate"]: api.scalars(trial["id"])["loss"]["train"] for trial in trials}
        assert losses == {"0.75": [(3, 0.75)], "0.875": [(3, 0.875)]}

    def test_pipeline_on_the_queue(self, agent, api):
        agent.machine.sdk.script(queued.pipeline(agent.project, agent.queue), name="pipeline.py")
        found = api.project(f"{agent.project}/.pipelines/steps")
        (controller,) = api.call("tasks.get_all", project=[found["id"]], type=["controller"], search_hidden=True)["tasks"]
        assert controller["status"] == "completed"
        steps = api.call("tasks.get_all", parent=controller["id"], search_hidden=True)["tasks"]
        assert {step["name"]: step["status"] for step in steps} == {"double": "completed", "add": "completed"}
