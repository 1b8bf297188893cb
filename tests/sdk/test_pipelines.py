"""Pipelines run locally: the graph, each step's state, parameters and outputs, and what a failure stops."""

import json
import pickle

import pytest

PROJECT = "Examples/Pipelines"


def controller(api, name):
    return api.task(f"{PROJECT}/.pipelines/{name}", name)


def steps(api, parent):
    """name -> whole task of each step of a controller."""
    children = api.call("tasks.get_all", parent=parent["id"], search_hidden=True)["tasks"]
    return {child["name"]: api.task_by_id(child["id"]) for child in children}


def graph(task):
    """The stored description of the pipeline, step by step."""
    return json.loads(task["configuration"]["Pipeline"]["value"])


def unpickle(api, artifact):
    return pickle.loads(api.file(artifact["uri"]))


@pytest.mark.core
class TestFunctions:
    @pytest.fixture(scope="class")
    @classmethod
    def line(cls, sdk, api):
        sdk.example("pipeline_from_functions.py")
        return controller(api, "Line")

    def test_controller(self, line, api):
        assert (line["type"], line["status"]) == ("controller", "completed")
        assert "pipeline" in line["system_tags"]
        assert line["runtime"]["version"] == "1.0.0"
        assert api.parameters(line)["Args/rows"] == "10"
        project = api.project(f"{PROJECT}/.pipelines/Line")
        assert sorted(project["system_tags"]) == ["hidden", "pipeline"]

    def test_graph(self, line):
        nodes = graph(line)
        assert {name: node["parents"] for name, node in nodes.items()} == {
            "make_rows": [],
            "fit_line": ["make_rows"],
            "judge": ["fit_line"],
        }
        assert {node["status"] for node in nodes.values()} == {"completed"}

    def test_steps_and_their_outputs(self, line, api):
        found = steps(api, line)
        assert {name: task["status"] for name, task in found.items()} == dict.fromkeys(
            ["make_rows", "fit_line", "judge"], "completed"
        )
        rows = unpickle(api, api.artifacts(found["make_rows"])["rows"])
        assert rows == [{"x": x, "y": 2 * x + 1} for x in range(10)]
        fit = api.parameters(found["fit_line"])
        assert float(fit["return/slope"]) == pytest.approx(2)
        assert float(fit["return/intercept"]) == pytest.approx(1)
        assert api.scalars(found["judge"]["id"])["line"]["slope"] == [(0, pytest.approx(2))]
        assert "y = 2 x + 1" in api.console(found["judge"]["id"])

    def test_step_shows_its_code_and_where_its_input_came_from(self, line, api):
        found = steps(api, line)
        assert "def fit_line(rows):" in found["fit_line"]["script"]["diff"]
        assert api.parameters(found["make_rows"])["kwargs/count"] == "10"
        assert api.parameters(found["fit_line"])["kwargs_artifacts/rows"] == f"{found['make_rows']['id']}.rows"

    def test_monitored_metric_rises_to_the_controller(self, line, api):
        assert [value for _, value in api.scalars(line["id"])["line"]["slope"]] == [pytest.approx(2)]

    def test_second_run_takes_the_cached_step(self, line, sdk, api):
        sdk.example("pipeline_from_functions.py")
        runs = api.tasks(f"{PROJECT}/.pipelines/Line", type=["controller"])
        assert len(runs) == 2
        first, second = (graph(api.task_by_id(run["id"])) for run in runs)
        assert first["make_rows"]["executed"] == second["make_rows"]["executed"]
        assert first["fit_line"]["executed"] != second["fit_line"]["executed"]
        assert second["make_rows"]["status"] == "cached"


@pytest.mark.core
class TestFailure:
    def test_failing_step_stops_what_follows(self, sdk, api):
        sdk.example("pipeline_from_functions.py", "--rows", "0", CLEARML_TASK_NO_REUSE="1")
        run = api.tasks(f"{PROJECT}/.pipelines/Line", type=["controller"])[-1]
        assert run["status"] == "failed"
        found = steps(api, run)
        assert {name: task["status"] for name, task in found.items()} == {
            "make_rows": "completed",
            "fit_line": "failed",
        }
        assert "ZeroDivisionError" in api.console(found["fit_line"]["id"])


class TestDecorators:
    @pytest.fixture(scope="class")
    @classmethod
    def numbers(cls, sdk, api):
        sdk.example("pipeline_from_decorators.py")
        return controller(api, "Numbers")

    def test_steps_and_their_outputs(self, numbers, api):
        assert numbers["status"] == "completed"
        assert api.parameters(numbers)["Args/count"] == "40"
        found = steps(api, numbers)
        assert {name: task["status"] for name, task in found.items()} == dict.fromkeys(
            ["draw", "describe", "decide"], "completed"
        )
        sample = unpickle(api, api.artifacts(found["draw"])["numbers"])
        assert len(sample) == 40
        assert float(api.parameters(found["describe"])["return/mean"]) == pytest.approx(sum(sample) / 40)
        assert api.parameters(found["decide"])["return/verdict"] == "centred"

    def test_console_of_the_flow(self, numbers, api):
        assert "the sample is centred" in api.console(numbers["id"])


class TestTasks:
    @pytest.fixture(scope="class")
    @classmethod
    def run(cls, sdk, api):
        sdk.example("pipeline_from_tasks.py")
        return controller(api, "Tasks")

    def test_steps_are_clones_with_their_own_parameters(self, run, api):
        assert run["status"] == "completed"
        found = steps(api, run)
        assert {name: task["status"] for name, task in found.items()} == dict.fromkeys(
            ["prepare", "train", "evaluate"], "completed"
        )
        assert api.parameters(found["prepare"])["General/rows"] == "20"
        train = api.parameters(found["train"])
        assert (train["General/table_of"], train["General/scale"]) == (found["prepare"]["id"], "2.0")
        fit = api.artifacts(found["train"])["fit"]
        assert api.parameters(found["evaluate"])["General/fit_url"] == fit["uri"]
        assert json.loads(api.file(fit["uri"])) == {"slope": 6.0}
        assert api.single_values(found["evaluate"]["id"]) == {"slope": 6.0}

    def test_templates_are_untouched(self, run, api):
        template = api.task(f"{PROJECT}/Steps", "Prepare")
        assert api.parameters(template)["General/rows"] == "5"
        assert template["status"] == "completed"

    def test_tags_tell_the_pipeline(self, run, api):
        assert all(f"pipe: {run['id']}" in task["tags"] for task in steps(api, run).values())


class TestTitanic:
    def test_search_and_validation(self, sdk, api):
        done = sdk.example("titanic_pipeline.py")
        assert "accepted" in done.stdout
        run = controller(api, "Titanic")
        assert run["status"] == "completed"
        found = steps(api, run)
        assert set(found) == {"prepare", "search", "validate"}
        best = max(value for _, value in api.scalars(found["search"]["id"])["ROC AUC"]["Test"])
        assert float(api.parameters(found["search"])["return/best_auc"]) == pytest.approx(best)
        assert unpickle(api, api.artifacts(found["search"])["best_params"]).keys() == {
            "depth",
            "learning_rate",
            "iterations",
        }
        assert api.parameters(found["validate"])["return/accepted"] == "True"
        (model,) = api.output_models(found["search"])
        assert api.file(model["uri"])[:4] == b"CBM1"
