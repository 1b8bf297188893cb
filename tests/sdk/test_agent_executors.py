"""What every executor of `arno agent` must do, each against the real thing: start, stream, signal, wait, end, take up again."""

import os

import pytest

from support.agent import eventually
from support.arno_agent import ENDLESS, Machine, alive, draft, enqueue, over, running
from support.sdk import Sdk
from support.slurm import cluster

WAITING = "import os, time\nprint('started', flush=True)\nwhile not os.path.exists({go!r}): time.sleep(0.05)\n"


class Executor:
    """An agent that uses one executor."""

    def __init__(self, name, machine, *arguments, **extra_env):
        self.name, self.machine = name, machine
        self.queue, self.worker = f"{name}-queue", f"{name}-machine:0"
        self.arguments, self.extra_env = arguments, extra_env

    def agent(self):
        return self.machine.daemon(self.worker, self.queue, *self.arguments, **self.extra_env)


@pytest.fixture(scope="module", params=["process", "slurm"])
def executor(request, binary, server, tmp_path_factory):
    sdk = Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))
    machine = Machine(binary, sdk)
    if request.param == "process":
        yield Executor("process", machine)
        return
    with cluster(tmp_path_factory.mktemp("slurm")) as environment:
        yield Executor("slurm", machine, "--slurm", "--cpu-only", **environment)


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
    pid = tmp_path / "pid"
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)'], start_new_session=True)\n"
        f"open({str(pid)!r}, 'w').write(str(child.pid))\n"
    )
    assert over(api, enqueue(api, draft(api, "forks", code), agent.queue))["status"] == "completed"
    assert not alive(pid.read_text())
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
