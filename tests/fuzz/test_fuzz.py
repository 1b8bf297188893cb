"""Requests made from the API's own description, half of them with ids of objects that exist: whatever is sent, the
server answers in time and in the protocol, and what others stored before stays as it was."""

import json

import hypothesis
import pytest
import requests
import schemathesis
from conftest import sign_in
from hypothesis import HealthCheck, Phase, given, settings, strategies

# A call that takes longer hangs.
TIMEOUT = 60
# The only failures of its own the protocol knows: not implemented, and an iteration beyond 64 bits.
NOT_IMPLEMENTED = (500, 9999)
DATA_ERROR = (500, 100)


@pytest.fixture(scope="session")
def operations(server):
    """Endpoint -> operation of the description."""
    schema = schemathesis.openapi.from_url(f"{server.api_url}/api/v1/openapi.json")
    found = (result.ok() for result in schema.get_all_operations())
    protocol = (operation for operation in found if operation.path.count("/") == 1)
    return {operation.path.removeprefix("/"): operation for operation in protocol}


@pytest.fixture(scope="session")
def witness(server):
    """A task, a model and a project that no request names."""
    return make_objects(sign_in(server), "Witness")


def make_objects(api, project):
    """Some of everything, related to each other."""
    made = {"project": api.call("projects.create", name=project)["id"]}
    made["task"] = api.call("tasks.create", name="victim", type="training", project=made["project"], tags=["kept"])["id"]
    made["model"] = api.call(
        "models.create", name="victim", uri="http://x/m", ready=False, task=made["task"], project=made["project"]
    )["id"]
    made["queue"] = api.call("queues.create", name=f"{project} queue")["id"]
    api.call("tasks.enqueue", task=made["task"], queue=made["queue"])
    event = {"task": made["task"], "metric": "m", "variant": "v", "iter": 1}
    api.batch(
        "events.add_batch",
        [
            {**event, "type": "training_stats_scalar", "value": 2.5},
            {**event, "type": "plot", "plot_str": "{}"},
            {**event, "type": "training_debug_image", "key": "k", "url": "http://x/1.png"},
            {**event, "type": "log", "msg": "hello"},
        ],
    )
    return made


def snapshot(api, objects):
    return (
        api.call("tasks.get_by_id", task=objects["task"])["task"],
        api.call("models.get_by_id", model=objects["model"])["model"],
        api.call("projects.get_by_id", project=objects["project"])["project"],
        api.call("events.get_task_events", task=objects["task"])["events"],
    )


def name_objects(value, objects, service):
    """The same request about objects that exist."""
    if isinstance(value, list):
        return [name_objects(item, objects, service) for item in value]
    if not isinstance(value, dict):
        return value
    own = objects.get(service.removesuffix("s"), objects["task"])
    named = {}
    for key, item in value.items():
        singular = key.removesuffix("s")
        if key in ("id", "ids"):
            named[key] = [own]
        elif singular in objects and isinstance(item, list):
            named[key] = [objects[singular]]
        elif key in objects and isinstance(item, str):
            named[key] = objects[key]
        else:
            named[key] = name_objects(item, objects, service)
    return named


def pytest_generate_tests(metafunc):
    if "endpoint" in metafunc.fixturenames:
        data = metafunc.config.rootpath / "crates/wire/data"
        tables = [json.loads((data / name).read_text()) for name in ("endpoints.json", "newer.json")]
        metafunc.parametrize("endpoint", sorted(name for table in tables for name in table["endpoints"]))


def test_any_request(endpoint, operations, server, witness, request):
    api = sign_in(server)
    before = snapshot(api, witness)
    objects = make_objects(api, f"Victims of {endpoint}")
    service = endpoint.split(".")[0]

    @hypothesis.seed(request.config.getoption("--seed"))
    @settings(
        max_examples=request.config.getoption("--examples"),
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operations[endpoint].as_strategy(), about_objects=strategies.booleans())
    def send(case, about_objects):
        body = name_objects(case.body, objects, service) if about_objects else case.body
        kind = case.media_type or "application/json"
        content = body if isinstance(body, (str, bytes)) else json.dumps(body) if isinstance(body, (dict, list)) else ""
        answer = requests.post(
            f"{server.api_url}/{endpoint}",
            data=content.encode() if isinstance(content, str) else content,
            headers={**api.headers, "Content-Type": kind},
            timeout=TIMEOUT,
        )
        check(endpoint, content, answer)

    send()
    assert server.alive()
    # The session may have been ended by what was sent.
    assert snapshot(sign_in(server), witness) == before


def check(endpoint, content, answer):
    what = f"{endpoint} {content[:2000]!r} -> {answer.status_code}: {answer.text[:2000]}"
    if answer.status_code == 200 and not answer.headers["Content-Type"].startswith("application/json"):
        assert endpoint.split(".")[1].startswith("download"), what
        return
    meta = json.loads(answer.text)["meta"]
    assert meta["result_code"] == answer.status_code, what
    codes = (meta["result_code"], meta["result_subcode"])
    assert codes[0] < 500 or codes == NOT_IMPLEMENTED or (codes == DATA_ERROR and endpoint.startswith("events.add")), what
