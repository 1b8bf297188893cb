"""The parking notebook in a real Jupyter kernel: the notebook itself, its code, its model, publishing."""

import json
import pickle

import numpy as np
import pytest

from support.sdk import EXAMPLES

PROJECT = "Examples/Parking"


@pytest.fixture(scope="module")
def task(sdk, api):
    sdk.example("run_notebook.py", "parking/parking.ipynb")
    return api.task(PROJECT, "Training")


def test_notebook_is_an_artifact_as_it_was_written(task, api):
    stored = json.loads(api.file(api.artifacts(task)["notebook"]["uri"]))
    source = json.loads((EXAMPLES / "parking/parking.ipynb").read_text())
    assert [cell["source"] for cell in stored["cells"]] == [cell["source"] for cell in source["cells"]]


def test_preview_is_a_page(task, api):
    artifact = api.artifacts(task)["notebook preview"]
    assert artifact["type_data"]["content_type"] == "text/html"
    page = api.file(artifact["uri"]).decode()
    assert "Free parking slots" in page
    answer = api.fetch(artifact["uri"])
    assert answer.headers["Content-Type"].startswith("text/html")


def test_code_and_packages_come_from_the_cells(task):
    assert task["script"]["entry_point"] == "parking.py"
    assert "def make_parking(days=35):" in task["script"]["diff"]
    assert "numpy ==" in task["script"]["requirements"]["pip"]
    assert task["runtime"]["ide"] == "Jupyter"


def test_parameters_curves_and_console(task, api):
    assert api.parameters(task)["General/num_epochs"] == "40"
    losses = api.scalars(task["id"])["loss"]
    assert len(losses["train"]) == len(losses["test"]) == 40
    kept = pickle.loads(api.file(api.artifacts(task)["test_losses"]["uri"]))
    assert [value for _, value in losses["test"]] == pytest.approx(kept, rel=1e-6)
    assert f"test loss {kept[-1]}" in api.console(task["id"])


def test_shown_figure_became_a_plot(task, api):
    titles = {metric for metric, _ in api.plots(task["id"])} | {metric for metric, _ in api.samples(task["id"])}
    assert "Training and test loss" in titles


def test_task_and_model_are_published(task, api, tmp_path):
    assert task["status"] == "published"
    assert task["published"]
    (model,) = api.output_models(task)
    assert (model["name"], model["framework"], model["ready"]) == ("ParkingModel", "Custom", True)
    weights = tmp_path / "weights.npy"
    weights.write_bytes(api.file(model["uri"]))
    assert np.load(weights).shape == (4,)


def test_dataset_version_is_recorded(task, api):
    dataset = api.task(f"{PROJECT}/.datasets/CarParkData", "CarParkData")
    assert api.parameters(task)["Datasets/parking"] == dataset["id"]
    assert task["runtime"]["datasets"] == [dataset["id"]]
