"""The official clearml-agent: what it takes from queues, runs, reports and builds."""

import re

import pytest

from support import queued as scripts
from support.agent import daemon, eventually
from support.wheels import write_wheel

PROJECT = "Clients/Agent"

ENDLESS = """
import time
from clearml import Task
task = Task.init("Clients/Agent", "endless")
if not Task.running_locally():
    print("waiting to be stopped", flush=True)
    while True:
        time.sleep(0.1)
"""


def clone(api, template, name, **parameters):
    """A draft of the template with these arguments."""
    made = api.call("tasks.clone", task=template["id"], new_task_name=name)["id"]
    items = [{"section": "Args", "name": key, "value": str(value)} for key, value in parameters.items()]
    if items:
        api.call("tasks.edit_hyper_params", task=made, hyperparams=items, replace_hyperparams="none")
    return made


def wait_for(api, task_id, *statuses):
    """The whole task, as soon as it has one of these statuses."""

    def reached():
        task = api.task_by_id(task_id)
        return task if task["status"] in statuses else None

    return eventually(reached, lambda: f"{task_id} is {api.task_by_id(task_id)['status']}: {api.console(task_id)[-3000:]}")


def enqueue(api, task_id, queue):
    assert api.call("tasks.enqueue", task=task_id, queue_name=queue)["queued"] == 1


@pytest.fixture(scope="module")
def training(clients, api):
    clients.script(scripts.training(PROJECT), name="training.py")
    return api.task(PROJECT, "training")


class TestDaemon:
    """Two queues, the first before the second."""

    WORKER = "tests-machine:cpu"

    @pytest.fixture(scope="class")
    @classmethod
    def queued(cls, training, api):
        """name -> task, of drafts queued before the agent starts, the less urgent one first."""
        for queue in ("urgent", "patient"):
            api.call("queues.create", name=queue)
        failing = clone(api, training, "failing", rate=0.25, code=3)
        enqueue(api, failing, "patient")
        completing = clone(api, training, "completing", rate=0.125)
        enqueue(api, completing, "urgent")
        return {"failing": failing, "completing": completing}

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def agent(cls, clients, queued):
        with daemon(clients, cls.WORKER, "--queue", "urgent", "patient", "--cpu-only") as log:
            yield log

    def test_completion_with_log_and_metrics(self, queued, api):
        task = wait_for(api, queued["completing"], "completed", "failed", "stopped")
        assert (task["status"], task["status_reason"]) == ("completed", "worker execution done")
        assert task["status_message"].startswith(f"Changed by clearml-agent {self.WORKER}")
        assert task["last_worker"].startswith(self.WORKER)
        assert task["runtime"]["_exec_agent_hostname"]
        assert api.parameters(task)["Args/rate"] == "0.125"
        assert api.scalars(task["id"])["loss"]["train"] == [(3, 0.125)]
        console = api.console(task["id"])
        assert "the rate is 0.125" in console
        assert "Process completed successfully" in console

    def test_failure_and_the_order_of_queues(self, queued, api):
        task = wait_for(api, queued["failing"], "completed", "failed", "stopped")
        assert (task["status"], task["status_reason"]) == ("failed", "worker execution exit code 3")
        assert "Process failed, exit code 3" in api.console(task["id"])
        assert api.task_by_id(queued["completing"])["started"] < task["started"]

    def test_abort_from_the_server(self, clients, api):
        clients.script(ENDLESS, name="endless.py")
        made = clone(api, api.task(PROJECT, "endless"), "aborted")
        enqueue(api, made, "urgent")
        eventually(lambda: "waiting to be stopped" in api.console(made), lambda: api.console(made)[-3000:])
        workers = api.call("workers.get_all", last_seen=600)["workers"]
        (busy,) = [worker for worker in workers if worker.get("task", {}).get("id") == made]
        assert busy["id"].startswith(self.WORKER)
        api.call("tasks.stop", task=made, status_reason="enough")
        task = wait_for(api, made, "completed", "failed", "stopped")
        assert task["status"] == "stopped"
        assert "Process aborted by user" in api.console(made)

    def test_execute_remotely(self, clients, api):
        done = clients.script(
            "from clearml import Task\n"
            "task = Task.init('Clients/Agent', 'remote')\n"
            "task.execute_remotely('urgent')\n"
            "print('on the other machine')\n"
            "task.upload_artifact('answer', {'is': 42}, wait_on_upload=True)\n",
            name="remote.py",
        )
        assert "on the other machine" not in done.stdout
        task = wait_for(api, api.task(PROJECT, "remote")["id"], "completed", "failed", "stopped")
        assert task["status"] == "completed"
        assert "on the other machine" in api.console(task["id"])
        assert api.fetch(api.artifacts(task)["answer"]["uri"]).json() == {"is": 42}

    def test_optimisation_on_the_queue(self, training, clients, api):
        clients.script(scripts.optimisation(PROJECT, "urgent", training["id"]), name="optimisation.py")
        optimizer = api.task(PROJECT, "optimisation")
        assert optimizer["status"] == "completed"
        trials = api.call("tasks.get_all", parent=optimizer["id"], search_hidden=True)["tasks"]
        losses = {api.parameters(trial)["Args/rate"]: api.scalars(trial["id"])["loss"]["train"] for trial in trials}
        assert losses == {"0.75": [(3, 0.75)], "0.875": [(3, 0.875)]}
        assert {trial["last_worker"].split(":")[0] for trial in trials} == {"tests-machine"}

    def test_pipeline_on_the_queue(self, clients, api):
        clients.script(scripts.pipeline(PROJECT, "urgent"), name="pipeline.py")
        found = api.project(f"{PROJECT}/.pipelines/steps")
        (controller,) = api.call("tasks.get_all", project=[found["id"]], type=["controller"], search_hidden=True)["tasks"]
        assert controller["status"] == "completed"
        steps = api.call("tasks.get_all", parent=controller["id"], search_hidden=True)["tasks"]
        assert {step["name"]: step["status"] for step in steps} == {"double": "completed", "add": "completed"}
        add = next(step for step in steps if step["name"] == "add")
        assert "the sum is 43" in api.console(add["id"])


MEETING = """
import time
from clearml import Task
task = Task.init("Clients/Agent", "meeting")
task.get_logger().report_single_value("here", 1)
task.flush(wait_for_uploads=True)
other = task.get_parameter("Args/other", "")
while other and "here" not in Task.get_task(task_id=other).get_reported_single_values():
    time.sleep(0.2)
print("met the other")
"""


class TestServicesMode:
    def test_tasks_run_side_by_side(self, clients, api):
        """Each ends when the other one has reported, which takes both at once."""
        clients.script(MEETING, name="meeting.py")
        template = api.task(PROJECT, "meeting")
        first, second = (clone(api, template, name) for name in ("meeting 1", "meeting 2"))
        for task, other in ((first, second), (second, first)):
            item = {"section": "Args", "name": "other", "value": other}
            api.call("tasks.edit_hyper_params", task=task, hyperparams=[item])
            enqueue(api, task, "default")
        with daemon(clients, "tests-services", "--services-mode", "--queue", "default") as log:
            for task_id in (first, second):
                task = wait_for(api, task_id, "completed", "failed", "stopped")
                assert task["status"] == "completed", log.read_text()[-3000:]
                assert "met the other" in api.console(task_id)


    def test_a_pipeline_is_started_from_the_api(self, clients, api):
        """With another argument, as the pages do it; controller and steps wait in one queue."""
        (queue,) = api.call("queues.get_all", name="^default$")["queues"]
        with daemon(clients, "tests-pipelines", "--services-mode", "--queue", "default") as log:
            clients.script(PARAMETRIC_PIPELINE, name="parametric.py")
            found = api.project(f"{PROJECT}/.pipelines/parametric")
            (made,) = api.call("tasks.get_all", project=[found["id"]], type=["controller"], search_hidden=True)["tasks"]
            arguments = [{"name": "number", "value": "30"}]
            run = api.call("pipelines.start_pipeline", task=made["id"], queue=queue["id"], args=arguments)["pipeline"]
            task = wait_for(api, run, "completed", "failed", "stopped")
            assert task["status"] == "completed", (api.console(run)[-3000:], log.read_text()[-3000:])
        steps = api.call("tasks.get_all", parent=run, search_hidden=True)["tasks"]
        (step,) = [step for step in steps if step["name"] == "double"]
        assert "twice is 60" in api.console(step["id"])


PARAMETRIC_PIPELINE = """
from clearml import PipelineController

def double(number):
    print("twice is", int(number) * 2)

pipeline = PipelineController(name="parametric", project="Clients/Agent", version="1.0.0")
pipeline.add_parameter("number", default=21)
pipeline.set_default_execution_queue("default")
pipeline.set_pipeline_execution_time_limit(10)
pipeline.add_function_step("double", double, function_kwargs={"number": "${pipeline.number}"})
pipeline.start_locally()
"""


class TestCommands:
    def test_execute_ends_with_the_task(self, training, clients, api):
        made = clone(api, training, "executed", rate=0.375)
        clients.tool("clearml-agent", "execute", "--id", made)
        task = api.task_by_id(made)
        assert (task["status"], task["status_reason"]) == ("completed", "worker execution done")
        assert api.scalars(made)["loss"]["train"] == [(3, 0.375)]

    def test_list_names_the_workers(self, clients, api):
        api.call("workers.register", worker="tests-listed")
        listed = clients.tool("clearml-agent", "list").stdout
        assert re.search(r"\bid: tests-listed\b", listed), listed

    def test_build_makes_an_environment(self, clients, api, tmp_path):
        """A real virtual environment with one package, which lies beside: nothing is fetched."""
        write_wheel(tmp_path)
        script = {"binary": "python3", "entry_point": "packed.py", "diff": "import packed\nprint(packed.NAME)\n"}
        script["requirements"] = {"pip": "packed == 1.0"}
        made = api.call("tasks.create", name="packed", type="training", script=script)["id"]
        offline = f"--no-index --find-links {tmp_path}"
        target = tmp_path / "environment"
        environment = {"CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL": "", "CLEARML_EXTRA_PIP_INSTALL_FLAGS": offline}
        clients.tool("clearml-agent", "build", "--id", made, "--target", target, **environment)
        (python,) = target.rglob("bin/python")
        assert "packed here" in clients.run([python, "-c", "import packed; print(packed.NAME)"]).stdout
