"""Finding tasks and reading them back: the SDK's answers are right, and so are the endpoints behind them."""

import ast

import pytest

from support.api import md5

pytestmark = pytest.mark.core

PROJECT = "Examples/Retrieval"
RUNS = ["run slow", "run swift", "run wild"]


@pytest.fixture(scope="module")
def output(sdk):
    return sdk.example("retrieval.py").stdout


@pytest.fixture(scope="module")
def tasks(output, api):
    return {name: api.task(PROJECT, name) for name in RUNS}


@pytest.mark.parametrize(
    "line",
    [
        "by ids: ['run slow', 'run swift']",
        "by name: ['run slow', 'run swift']",
        "by tags: ['run slow', 'run swift']",
        "not archived: ['run slow', 'run swift']",
        "by filter: ['run slow']",
        "newest first: ['run wild', 'run swift', 'run slow']",
        "by parameter: ['run swift']",
        "query: True",
        "same by name: True",
        "parameter: 0.1",
        "artifact object: {'learning_rate': 0.1}",
        "artifact copy: 3 rows",
        "reported: [1.0, 0.9090909090909091]",
        "milliseconds since 1970: True",
        "iso times: 20",
        "all reported: 8",
        f"single value: {1 / (1 + 0.1 * 7)}",
        f"single values: {{'best loss': {1 / (1 + 0.1 * 7)}}}",
        "console: True",
    ],
)
def test_what_the_sdk_read_back(output, line):
    assert line in output.splitlines()


def test_parameters_the_sdk_read_back(output):
    (line,) = [line for line in output.splitlines() if line.startswith("parameters: ")]
    parameters = ast.literal_eval(line.removeprefix("parameters: "))
    assert parameters == {"Training/learning_rate": "0.1", "Training/batch_size": "32"}


def test_what_was_stored(tasks, api):
    slow, swift, wild = (tasks[name] for name in RUNS)
    assert (slow["type"], swift["type"]) == ("training", "testing")
    assert slow["comment"] == "a careful baseline"
    assert api.scalars(slow["id"])["loss"]["train"] == [(i, 1 / (1 + 0.1 * i)) for i in range(8)]
    assert "archived" in wild["system_tags"]
    assert "archived" not in slow["system_tags"]


def names(answer):
    return [task["name"] for task in answer["tasks"]]


def query(api, **conditions):
    return names(api.call("tasks.get_all_ex", project=[api.project(PROJECT)["id"]], order_by=["name"], **conditions))


def test_queries_without_the_sdk(tasks, api):
    assert query(api, name="s[lw]") == ["run slow", "run swift"]
    assert query(api, tags=["keep"]) == ["run slow", "run swift"]
    assert query(api, tags=["keep", "-test"]) == ["run slow"]
    assert query(api, tags=["__$all", "keep", "test"]) == ["run swift"]
    assert query(api, system_tags=["-archived"]) == ["run slow", "run swift"]
    assert query(api, search_text="baseline") == ["run slow", "run wild"]
    assert query(api, **{"hyperparams.Training.learning_rate.value": ["0.5", "2.0"]}) == ["run swift", "run wild"]
    metric = "last_metrics.{}.{}.value".format(md5("loss"), md5("train"))
    assert query(api, **{metric: [0.2, 0.9]}) == ["run slow", "run swift"]


def test_ordering_by_metric_and_parameter(tasks, api):
    metric = "last_metrics.{}.{}.value".format(md5("loss"), md5("train"))
    project = [api.project(PROJECT)["id"]]
    by_metric = api.call("tasks.get_all_ex", project=project, order_by=[metric])
    assert names(by_metric) == ["run wild", "run swift", "run slow"]
    parameter = "-hyperparams.Training.learning_rate.value"
    assert names(api.call("tasks.get_all_ex", project=project, order_by=[parameter])) == [
        "run wild",
        "run swift",
        "run slow",
    ]


def test_projection_paging_and_scrolling(tasks, api):
    project = [api.project(PROJECT)["id"]]
    fields = ["name", "hyperparams.Training.learning_rate.value", "project.name"]
    page = api.call("tasks.get_all_ex", project=project, order_by=["name"], page=1, page_size=2, only_fields=fields)
    (only,) = page["tasks"]
    assert only == {
        "id": tasks["run wild"]["id"],
        "name": "run wild",
        "hyperparams": {"Training": {"learning_rate": {"value": "2.0"}}},
        "project": {"id": project[0], "name": PROJECT},
    }
    seen, scroll_id = [], None
    for _ in RUNS:
        answer = api.call("tasks.get_all_ex", project=project, order_by=["name"], size=1, scroll_id=scroll_id)
        seen += names(answer)
        scroll_id = answer["scroll_id"]
    assert seen == RUNS


def test_comparison_table(output, api):
    comparison = api.task(f"{PROJECT}/Reports", "Comparison")
    cells = api.plots(comparison["id"])["Comparison", "by last loss"]["data"][0]["cells"]["values"]
    assert ["run wild", "run swift", "run slow"] in cells
