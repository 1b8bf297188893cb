"""Experiments of the seeds' kind: what a training script tracks is on the server, value for value."""

import csv
import io
import pickle

import numpy as np
import pandas as pd
import pytest


class TestForecasting:
    PROJECT = "Examples/Forecasting"

    @pytest.fixture(scope="class")
    @classmethod
    def task(cls, sdk, api):
        sdk.example("forecasting.py")
        return api.task(cls.PROJECT, "Passenger forecast")

    def test_task_is_completed_and_describes_its_code(self, task):
        assert task["status"] == "completed"
        assert task["type"] == "training"
        assert task["script"]["entry_point"] == "forecasting.py"
        assert 'PROJECT = "Examples/Forecasting"' in task["script"]["diff"]
        assert "clearml == 2.1.12" in task["script"]["requirements"]["pip"]
        assert "pandas ==" in task["script"]["requirements"]["pip"]
        assert task["container"]["image"] == "nvidia/cuda:12.4.1-base-ubuntu22.04"
        assert task["runtime"]["python_version"].startswith("3.")

    def test_configuration_object_is_kept(self, task):
        assert task["configuration"]["Model"]["value"].split() == [
            *("num_epochs", "=", "60"),
            *("learning_rate", "=", "0.01"),
            *("hidden_size", "=", "32"),
            *("seq_length", "=", "12"),
        ]

    def test_loss_curves_have_every_epoch(self, task, api):
        loss = api.scalars(task["id"])["Loss"]
        assert [iteration for iteration, _ in loss["Train"]] == list(range(60))
        assert [iteration for iteration, _ in loss["Validation"]] == list(range(60))
        last = api.last_metric(task, "Loss", "Train")
        values = [value for _, value in loss["Train"]]
        assert last["value"] == values[-1]
        assert (last["min_value"], last["max_value"]) == (min(values), max(values))
        assert last["count"] == 60
        assert task["last_iteration"] == 59

    def test_console_holds_what_was_printed(self, task, api):
        console = api.console(task["id"])
        assert "epoch 0: train loss" in console
        assert "epoch 40: train loss" in console
        assert "Month  #Passengers" in console

    def test_figure_became_a_plot(self, task, api):
        figure = api.plots(task["id"])[("Monthly passengers", "Original data")]
        assert len(figure["data"][0]["y"]) == 144

    def test_artifacts_hold_the_predictions_and_the_model(self, task, api):
        artifacts = api.artifacts(task)
        predictions = api.file(artifacts["final_predictions"]["uri"])
        rows = list(csv.DictReader(io.StringIO(predictions.decode())))
        assert len(rows) == 20
        error = np.mean([abs(float(row["Original"]) - float(row["Predicted"])) for row in rows])
        assert api.single_values(task["id"])["Test MAE"] == pytest.approx(error, rel=1e-3)
        assert len(predictions) == artifacts["final_predictions"]["content_size"]
        assert len(api.file(artifacts["trained_model"]["uri"])) == artifacts["trained_model"]["content_size"]

    def test_saved_model_was_captured(self, task, api):
        (model,) = api.output_models(task)
        assert model["framework"] == "ScikitLearn"
        assert model["task"] == task["id"]
        assert model["ready"] is False
        assert api.file(model["uri"]) == api.file(api.artifacts(task)["trained_model"]["uri"])

    def test_dataset_is_remembered_by_its_alias(self, task, api):
        dataset = api.task("Examples/Forecasting/.datasets/Air passengers", "Air passengers")
        assert api.parameters(task)["Datasets/training_dataset"] == dataset["id"]
        assert dataset["status"] == "completed"

    def test_remote_run_is_handed_to_the_queue(self, task, sdk, api):
        sdk.example("forecasting.py", "--queue", "default", CLEARML_TASK_NO_REUSE="1")
        remote = api.tasks(self.PROJECT, status=["queued"])
        assert len(remote) == 1
        queue = api.call("queues.get_all", name="^default$")["queues"][0]
        assert [entry["task"] for entry in queue["entries"]] == [remote[0]["id"]]
        assert remote[0]["execution"]["queue"] == queue["id"]
        assert api.parameters(remote[0])["Args/queue"] == "default"
        assert "development" not in remote[0]["system_tags"]
        # The data set of the first run served the second: still one version.
        assert len(api.tasks("Examples/Forecasting/.datasets/Air passengers")) == 1


class TestTitanic:
    @pytest.fixture(scope="class")
    @classmethod
    def task(cls, sdk, api):
        sdk.example("titanic.py", "--trials", "5")
        return api.task("Examples/Titanic", "Titanic survival prediction")

    def test_task_carries_its_tags_and_arguments(self, task, api):
        assert task["status"] == "completed"
        assert task["tags"] == ["CatBoost", "RandomSearch"]
        assert api.parameters(task)["Args/trials"] == "5"

    def test_raw_table_is_kept_as_it_was(self, task, api):
        raw = api.file(api.artifacts(task)["data.raw"]["uri"]).decode()
        assert raw.splitlines()[0].startswith("PassengerId,Survived,Pclass,Name,Sex,Age")
        assert len(raw.splitlines()) == 601
        assert '"Passenger, no. 1"' in raw

    def test_frames_are_artifacts_with_previews(self, task, api):
        artifacts = api.artifacts(task)
        assert set(artifacts) == {
            *("data.raw", "data.preproc", "data.train", "data.test"),
            *("eda.describe.number", "eda.describe.object"),
        }
        frames = {name: self.frame(api, artifacts[name]) for name in ("data.preproc", "data.train", "data.test")}
        assert len(frames["data.train"]) + len(frames["data.test"]) == len(frames["data.preproc"]) == 600
        assert artifacts["data.preproc"]["type"] == "pandas"
        assert "Survived" in artifacts["data.preproc"]["type_data"]["preview"]

    @staticmethod
    def frame(api, artifact):
        return pd.read_csv(io.BytesIO(api.file(artifact["uri"])), compression="gzip", index_col=0)

    def test_single_values_agree_with_the_tables(self, task, api):
        values = api.single_values(task["id"])
        train = self.frame(api, api.artifacts(task)["data.train"])
        assert values["Train Rows"] == len(train)
        assert values["Features"] == train.shape[1] - 1
        assert values["Positive Ratio (Train)"] == pytest.approx(train["Survived"].mean(), abs=0.001)
        best = max(value for _, value in api.scalars(task["id"])["ROC AUC"]["Test"])
        assert values["Best ROC AUC"] == best == api.last_metric(task, "ROC AUC", "Test")["max_value"]

    def test_improvements_are_points_in_step(self, task, api):
        scalars = api.scalars(task["id"])
        iterations = [iteration for iteration, _ in scalars["ROC AUC"]["Test"]]
        assert iterations == list(range(len(iterations)))
        assert [iteration for iteration, _ in scalars["Logloss"]["Train"]] == iterations

    def test_shown_figure_became_a_plot(self, task, api):
        titles = {metric for metric, _ in api.plots(task["id"])} | {metric for metric, _ in api.samples(task["id"])}
        assert "Pairplot" in titles

    def test_saved_model_was_captured(self, task, api):
        (model,) = api.output_models(task)
        assert model["framework"] == "CatBoost"
        assert model["uri"].endswith("/models/best_model.cbm")
        assert api.file(model["uri"])[:4] == b"CBM1"


class TestTelemetry:
    @pytest.fixture(scope="class")
    @classmethod
    def task(cls, sdk, api):
        sdk.example("oran_telemetry.py")
        return api.task("Examples/O-RAN", "Load classifier")

    def test_curves_and_single_values(self, task, api):
        losses = api.scalars(task["id"])["epoch_loss"]
        assert len(losses["loss"]) == len(losses["val_loss"]) == 15
        values = api.single_values(task["id"])
        assert 0.8 < values["Test Accuracy"] <= 1
        assert values["Test Loss"] > 0

    def test_artifact_is_the_trained_model(self, task, api):
        model = pickle.loads(api.file(api.artifacts(task)["Trained Model"]["uri"]))
        assert model.coef_.shape == (3, 4)

    def test_alias_names_the_telemetry(self, task, api):
        dataset = api.task("Examples/O-RAN/.datasets/rapp_data", "rapp_data")
        assert api.parameters(task)["Datasets/telemetry"] == dataset["id"]
        assert dataset["runtime"]["ds_file_count"] == 1
        assert ("Telemetry", "first rows") in api.plots(dataset["id"])
