"""The official clearml-serving's command line: what it writes to its control task, and finds there again."""

import re

import pytest
from clearml.utilities.pyhocon import ConfigFactory

# The SDK's HOCON reader uses older names of its parser.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PROJECT = "Clients/Serving"

PREPROCESS = """
class Preprocess(object):
    def preprocess(self, body, state, collect_custom_statistics_fn=None):
        return [[body["x0"], body["x1"]]]
"""


class Service:
    """One control task and the command line that works on it."""

    def __init__(self, machine, api):
        self.machine, self.api = machine, api
        made = self.tool("create", "--name", "Tests", "--project", PROJECT, "--tags", "first", "small")
        self.id = re.search(r"Serving Service created: id=([0-9a-f]{32})", made)[1]

    def tool(self, *arguments):
        return self.machine.tool("clearml-serving", *arguments).stdout

    def __call__(self, *arguments):
        return self.tool("--yes", "--id", self.id, *arguments)

    def task(self):
        return self.api.task_by_id(self.id)

    def stored(self, name):
        """A configuration object of the control task."""
        return ConfigFactory.parse_string(self.task()["configuration"][name]["value"]).as_plain_ordered_dict()


@pytest.fixture(scope="module")
def service(clients, api):
    return Service(clients, api)


@pytest.fixture(scope="module")
def model(service, clients):
    """The id of a published model with a file."""
    (clients.folder / "model.pkl").write_bytes(b"weights")
    what = ("--name", "adder", "--project", PROJECT, "--framework", "scikitlearn", "--tags", "good", "--publish")
    uploaded = service("model", "upload", *what, "--path", "model.pkl")
    return re.search(r"new Model ID=([0-9a-f]{32})", uploaded)[1]


@pytest.fixture(scope="module")
def endpoints(service, model, clients):
    """Two versions of one endpoint: the model by its id with a pre-processing file, and by a query."""
    (clients.folder / "preprocess.py").write_text(PREPROCESS)
    add = ("model", "add", "--engine", "sklearn", "--endpoint", "adder")
    service(*add, "--version", "1", "--model-id", model, "--preprocess", "preprocess.py")
    service(*add, "--version", "2", "--name", "adder", "--project", PROJECT, "--published")
    return ["adder/1", "adder/2"]


def test_create_and_list(service):
    task = service.task()
    assert (task["name"], task["type"], task["status"]) == ("Tests", "service", "created")
    assert (task["tags"], task["system_tags"]) == (["first", "small"], ["serving-control-plane"])
    assert task["runtime"]["version"] == "1.3.5"
    for name in ("endpoints", "canary", "model_monitoring", "metric_logging"):
        assert service.stored(name) == {}
    assert service.id in service.tool("list")


def test_uploaded_model(model, api):
    stored = api.model(model)
    found = tuple(stored[field] for field in ("name", "framework", "tags", "ready"))
    assert found == ("adder", "scikitlearn", ["good"], True)
    assert api.file(stored["uri"]) == b"weights"


def test_model_add(service, endpoints, model, api):
    stored = service.stored("endpoints")
    assert sorted(stored) == endpoints
    assert stored["adder/1"] == {
        "engine_type": "sklearn",
        "serving_url": "adder",
        "model_id": model,
        "version": "1",
        "preprocess_artifact": "py_code_adder_1",
    }
    assert (stored["adder/2"]["model_id"], stored["adder/2"]["version"]) == (model, "2")
    assert api.file(api.artifacts(service.task())["py_code_adder_1"]["uri"]).decode() == PREPROCESS
    listed = service("model", "list")
    assert all(f'"{endpoint}"' in listed for endpoint in endpoints)


def test_auto_update(service, model):
    rule = ("--endpoint", "auto", "--max-versions", "2", "--name", "adder", "--project", PROJECT, "--tags", "good")
    service("model", "auto-update", "--engine", "sklearn", *rule)
    stored = service.stored("model_monitoring")["auto"]
    assert (stored["monitor_project"], stored["monitor_name"], stored["monitor_tags"]) == (PROJECT, "adder", ["good"])
    assert stored["max_versions"] == 2


def test_canary(service, endpoints):
    weights = ("--weights", "0.1", "0.9", "--input-endpoint-prefix", "adder")
    service("model", "canary", "--endpoint", "split", *weights)
    stored = service.stored("canary")["split"]
    assert (stored["weights"], stored["load_endpoint_prefix"]) == ([0.1, 0.9], "adder")
    service("model", "remove", "--endpoint", "split")
    assert service.stored("canary") == {}


def test_metrics(service, endpoints):
    variables = ("--variable-scalar", "x0=0,0.5,1", "--variable-enum", "y=cat,dog", "--variable-value", "z")
    service("metrics", "add", "--endpoint", "adder/1", "--log-freq", "0.5", *variables)
    stored = service.stored("metric_logging")["adder/1"]
    assert stored["log_frequency"] == 0.5
    assert stored["metrics"]["x0"] == {"type": "scalar", "buckets": [0, 0.5, 1]}
    assert stored["metrics"]["y"] == {"type": "enum", "buckets": ["cat", "dog"]}
    assert '"adder/1"' in service("metrics", "list")
    service("metrics", "remove", "--endpoint", "adder/1", "--variable", "x0")
    assert sorted(service.stored("metric_logging")["adder/1"]["metrics"]) == ["y", "z"]


def test_config(service):
    service("config", "--base-serving-url", "http://127.0.0.1:1/serve")
    assert service.api.parameters(service.task())["General/serving_base_url"] == "http://127.0.0.1:1/serve"


def test_remove(service, clients, model):
    add = ("--engine", "sklearn", "--endpoint", "short-lived", "--version", "1", "--model-id", model)
    service("model", "add", *add)
    assert "short-lived/1" in service.stored("endpoints")
    service("model", "remove", "--endpoint", "short-lived/1")
    assert "short-lived/1" not in service.stored("endpoints")
