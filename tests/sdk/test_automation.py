"""Services a user writes with the SDK: the bare API client, triggers and schedules."""

import pytest

from support.agent import background, eventually

PROJECT = "Clients/Automation"

API_CLIENT = """
from clearml.backend_api.session.client import APIClient
client = APIClient()
project = client.projects.create(name="Clients/Automation/Client", description="by the client")
task = client.tasks.create(name="by the client", type="testing", project=project.id)
client.tasks.edit(task=task.id, comment="edited")
(found,) = client.tasks.get_all(project=[project.id], only_fields=["id", "name", "comment"])
print("found", found.name, found.comment)
queue = client.queues.create(name="of the client")
client.tasks.enqueue(task=task.id, queue=queue.id)
print("queued", [entry.task == task.id for entry in client.queues.get_by_id(queue=queue.id).entries])
client.tasks.dequeue(task=task.id)
client.queues.delete(queue=queue.id)
print("queues", [queue.name for queue in client.queues.get_all(name="of the client")])
task = client.tasks.get_by_id(task.id)
print("status", task.status)
try:
    client.tasks.get_by_id("0" * 32)
except Exception as error:
    print("refused", error.code, error.subcode)
"""

TEMPLATE = """
from clearml import Task
Task.create(project_name="Clients/Automation", task_name="template", script="template.py", packages=[])
"""

# Every period is in minutes; the scheduled task is queued, and no agent takes it.
TRIGGER = """
from clearml.automation import TriggerScheduler
trigger = TriggerScheduler(
    pooling_frequency_minutes=0.02,
    force_create_task_name="triggers",
    force_create_task_project="Clients/Automation",
)
trigger.add_task_trigger(
    name="on completion",
    schedule_task_id="{template}",
    schedule_queue="automation",
    trigger_project="Clients/Automation/Watched",
    trigger_on_status=["completed"],
)
trigger.start()
"""

SCHEDULE = """
from clearml.automation import TaskScheduler
scheduler = TaskScheduler(
    sync_frequency_minutes=0.02,
    force_create_task_name="schedules",
    force_create_task_project="Clients/Automation",
)
scheduler.add_task(
    name="every day",
    schedule_task_id="{template}",
    queue="automation",
    day=1,
    hour=3,
    minute=30,
    recurring=True,
    execute_immediately=True,
)
scheduler.start()
"""


def test_api_client(sdk):
    printed = sdk.script(API_CLIENT, name="client.py").stdout
    for line in (
        "found by the client edited",
        "queued [True]",
        "queues []",
        "status created",
        "refused 400 101",
    ):
        assert line in printed


@pytest.fixture(scope="module")
def template(sdk, api):
    (sdk.folder / "template.py").write_text("print('from a template')\n")
    sdk.script(TEMPLATE, name="create.py")
    api.call("queues.create", name="automation")
    return api.task(PROJECT, "template")


def entries(api):
    """Ids of the tasks that wait in the queue."""
    (queue,) = api.call("queues.get_all", name="^automation$")["queues"]
    return [entry["task"] for entry in queue["entries"]]


@pytest.fixture
def run(sdk, template, api):
    """Runs a script that queues a clone of the template and does not end; returns the clone."""

    def run(name, source, stir=lambda: None):
        before = entries(api)
        path = sdk.folder / f"{name}.py"
        path.write_text(source.format(template=template["id"]))

        def queued():
            stir()
            return [task for task in entries(api) if task not in before]

        with background(sdk, name, [sdk.python, path]) as log:
            return api.task_by_id(eventually(queued, log.read_text, every=1.0)[0])

    return run


def test_trigger_on_a_completed_task(run, api):
    """A trigger sees what happens after its first look, which nothing tells: tasks are completed until it reacts."""
    watched = api.call("projects.create", name=f"{PROJECT}/Watched")["id"]

    def complete_a_task():
        made = api.call("tasks.create", name="watched", type="training", project=watched)["id"]
        api.call("tasks.started", task=made)
        api.call("tasks.completed", task=made)

    clone = run("trigger", TRIGGER, complete_a_task)
    assert clone["status"] == "queued"
    assert clone["script"]["entry_point"] == "template.py"
    assert api.task(PROJECT, "triggers")["status"] == "in_progress"


def test_schedule(run, api):
    """The first run is due at once; the next ones are not waited for."""
    clone = run("schedule", SCHEDULE)
    assert clone["status"] == "queued"
    assert clone["script"]["entry_point"] == "template.py"
    stored = api.task(PROJECT, "schedules")["configuration"]
    assert any('"every day"' in item["value"] for item in stored.values())
