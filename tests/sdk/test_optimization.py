"""Hyperparameter optimisation with every strategy: trials, the best of them, the summary."""

import json

import pytest

PROJECT = "Examples/Optimization"


def height(parameters):
    return (float(parameters["Args/x"]) - 3) ** 2 + (float(parameters["Args/y"]) + 1) ** 2


def optimize(sdk, api, strategy, trials=4):
    """Run the optimiser and check what every strategy shares; returns the trials, best first."""
    sdk.example("optimization.py", "--strategy", strategy, "--trials", str(trials))
    optimizer = api.task(PROJECT, f"Optimizer {strategy}")
    assert (optimizer["status"], optimizer["type"]) == ("completed", "optimizer")
    children = api.call("tasks.get_all", parent=optimizer["id"], search_hidden=True)["tasks"]
    found = sorted(children, key=lambda task: height(api.parameters(task)))
    for task in found:
        expected = height(api.parameters(task))
        last = api.last_metric(task, "valley", "height")
        assert last["min_value"] == pytest.approx(last["value"])
        assert last["max_value"] == pytest.approx(expected + 1)
    check_summary(api, optimizer, found)
    check_best_are_kept(found)
    return found


def check_summary(api, optimizer, found):
    """The table names every finished trial, best first; the plots of it exist."""
    table = json.loads(api.file(api.artifacts(optimizer)["summary"]["uri"]))["table"]
    assert table[0][:3] == ["task id", "objective", "iteration"]
    assert {row[0] for row in table[1:]} <= {task["id"] for task in found}
    objectives = [row[1] for row in table[1:]]
    assert objectives == sorted(objectives)
    assert table[1][0] == found[0]["id"]
    plots = api.plots(optimizer["id"])
    assert ("summary", "job") in plots
    assert plots["Parallel Coordinates", ""]["data"][0]["type"] == "parcoords"
    assert ("Optimization Objective", "valley/height") in plots
    curve = api.scalars(optimizer["id"])["valley/height"]["min"]
    assert curve[-1][1] == pytest.approx(objectives[0])


def check_best_are_kept(found):
    """`save_top_k_tasks_only=2` archives the rest."""
    archived = ["archived" in task["system_tags"] for task in found]
    assert archived == [False, False] + [True] * (len(found) - 2)


def test_grid(valley, sdk, api):
    found = optimize(sdk, api, "grid")
    tried = {(api.parameters(task)["Args/x"], api.parameters(task)["Args/y"]) for task in found}
    assert tried == {("1.0", "-1.0"), ("1.0", "1.0"), ("3.0", "-1.0"), ("3.0", "1.0")}
    assert height(api.parameters(found[0])) == 0


def test_random(valley, sdk, api):
    found = optimize(sdk, api, "random")
    assert len(found) == 4
    assert len({api.parameters(task)["Args/x"] for task in found}) == 4
    assert all(-5 <= float(api.parameters(task)["Args/x"]) <= 5 for task in found)


def test_optuna(valley, sdk, api):
    found = optimize(sdk, api, "optuna")
    assert len(found) == 4
    assert all(-5 <= float(api.parameters(task)["Args/y"]) <= 5 for task in found)


def test_bohb(valley, sdk, api):
    """The strategy counts its trials between rounds, so that those of a round may be more than were asked for."""
    found = optimize(sdk, api, "bohb", trials=3)
    assert 1 <= len(found) <= 6


def test_strategy_of_one_s_own(valley, sdk, api):
    found = optimize(sdk, api, "own")
    tried = {(api.parameters(task)["Args/x"], api.parameters(task)["Args/y"]) for task in found}
    assert tried == {("0.0", "0.0"), ("2.0", "0.0"), ("2.0", "-2.0"), ("3.0", "-2.0")}


def test_trials_are_clones_of_the_base(valley, api):
    assert valley["status"] == "completed"
    assert api.parameters(valley)["Args/x"] == "0.0"
