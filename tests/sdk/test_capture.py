"""What the SDK captures by itself: libraries, configuration, code, console, failures."""

import io
import json
import subprocess

import pandas as pd
import pytest
from PIL import Image

PROJECT = "Examples/Capture"


class TestFrameworks:
    @pytest.fixture(scope="class")
    @classmethod
    def task(cls, sdk, api):
        sdk.example("capture_frameworks.py")
        return api.task(PROJECT, "Frameworks")

    def test_tensorboard_files(self, task, api):
        loss = api.scalars(task["id"])["tensorboard"]["loss"]
        assert [iteration for iteration, _ in loss] == list(range(6))
        assert [value for _, value in loss] == pytest.approx([1 / (step + 1) for step in range(6)], rel=1e-6)
        assert ("tensorboard", "weights") in api.plots(task["id"])
        samples = api.samples(task["id"])
        picture = Image.open(io.BytesIO(api.file(samples["tensorboard", "picture"][5])))
        assert picture.size == (8, 8)
        assert picture.convert("RGB").getpixel((4, 4)) == pytest.approx((127, 127, 127), abs=3)
        (note,) = [urls for (metric, variant), urls in samples.items() if variant.startswith("note")]
        assert b"written by tensorboardX" in api.file(note[5])

    def test_matplotlib_figure(self, task, api):
        (figure,) = [plot for (metric, _), plot in api.plots(task["id"]).items() if metric == "Captured figure"]
        assert figure["data"][0]["y"] == [0, 1, 4]

    def test_boosting_curves(self, task, api):
        curves = api.scalars(task["id"])["train"]
        for name in ("logloss", "binary_logloss"):
            values = [value for _, value in curves[name]]
            assert len(values) == 6
            assert values == sorted(values, reverse=True)

    def test_saved_models(self, task, api):
        models = {model["framework"]: model for model in api.output_models(task)}
        assert set(models) == {"ScikitLearn", "XGBoost", "LightGBM"}
        booster = json.loads(api.file(models["XGBoost"]["uri"]))
        assert booster["learner"]["objective"]["name"] == "binary:logistic"
        assert api.file(models["LightGBM"]["uri"]).startswith(b"tree\n")
        assert len(api.file(models["ScikitLearn"]["uri"])) > 100

    def test_console_holds_all_streams(self, task, api):
        console = api.console(task["id"])
        for line in ("printed to the standard output", "printed to the standard error", "logged by Python's logging"):
            assert line in console


@pytest.mark.core
class TestConfiguration:
    @pytest.fixture(scope="class")
    @classmethod
    def task(cls, sdk, api):
        sdk.example("capture_configuration.py", "--epochs", "3", "--name", "quick")
        return api.task(PROJECT, "Configuration")

    def test_command_line(self, task):
        arguments = task["hyperparams"]["Args"]
        assert {name: item["value"] for name, item in arguments.items()} == {
            "epochs": "3",
            "name": "quick",
            "verbose": "False",
            "layers": "[64, 32]",
        }
        assert arguments["epochs"]["type"] == "int"

    def test_dictionaries_data_classes_and_objects(self, task, api):
        parameters = api.parameters(task)
        assert parameters["Model/depth"] == "3"
        assert parameters["Model/nested/dropout"] == "0.5"
        assert parameters["Optimizer/rate"] == "0.001"
        assert parameters["Optimizer/warm_up"] == "True"
        assert parameters["Augmentation/crop"] == "224"
        assert parameters["General/threshold"] == "0.25"
        assert task["hyperparams"]["General"]["threshold"]["description"] == "decision threshold"

    def test_configuration_files_and_objects(self, task):
        camera = task["configuration"]["Camera"]
        assert camera["value"] == "camera: north\nfps: 25\n"
        assert "the camera's own file" in camera["description"]
        assert "car" in task["configuration"]["Classes"]["value"]

    def test_labels_properties_and_comment(self, task):
        assert task["execution"]["model_labels"] == {"background": 0, "car": 1, "bus": 2}
        properties = task["hyperparams"]["properties"]
        assert properties["reviewed"]["value"] == "no"
        assert (properties["owner"]["value"], properties["owner"]["description"]) == ("me", "who to ask")
        assert task["comment"] == "made by an example"

    def test_registered_table_is_uploaded(self, task, api):
        """The SDK uploads a followed table now and then from a thread of its own, which may read it
        before its last rows are in; what it uploaded must be the table's beginning."""
        artifact = api.artifacts(task)["followed"]
        frame = pd.read_csv(io.BytesIO(api.file(artifact["uri"])), compression="gzip")
        rows = list(zip(frame["sample"], frame["score"], strict=True))
        assert rows
        assert rows == [("a", 0.5), ("b", 0.75), ("c", 0.25)][: len(rows)]
        assert ["rows", "grow"] in artifact["display_data"]

    def test_dataset_alias(self, task, api):
        dataset = api.task(f"{PROJECT}/.datasets/Aliased", "Aliased")
        assert api.parameters(task)["Datasets/training data"] == dataset["id"]


class TestHydra:
    @pytest.fixture(scope="class")
    @classmethod
    def task(cls, sdk, api):
        sdk.example("hydra/train.py", "training.rate=0.1")
        return api.task(PROJECT, "Hydra")

    def test_composed_configuration_and_overrides(self, task, api):
        assert api.parameters(task)["Hydra/training.rate"] == "0.1"
        assert task["configuration"]["OmegaConf"]["value"] == (
            "model:\n  name: small\n  layers: 2\ntraining:\n  rate: 0.1\n  epochs: 3\n"
        )
        assert api.scalars(task["id"])["loss"]["train"][0] == (0, 0.1)


TRACKED = """
from clearml import Task
task = Task.init("Code", "{name}")
print("ran {name}")
{body}
"""

# The SDK forks its reporting process, and has a race of its own on a busy machine: a line logged by another thread
# between the fork and the SDK's note of the new process makes it take that process for lost; it is never told to end
# then, and the script waits for it for ever. The only such thread is the one that looks for a repository.
# The script asks for its points until all are there, so that both processes call the server at the same time.
FORKED = """
from clearml import Task

task = Task.init("Code", "forked", auto_connect_frameworks={"detect_repository": False})
for i in range(50):
    task.get_logger().report_scalar("m", "v", iteration=i, value=i * i)
while len(task.get_reported_scalars().get("m", {}).get("v", {}).get("x", [])) < 50:
    pass
"""


# Without the thread that looks for a repository: SDK 1.14.4 ends it by raising in it, which can leave a failed script
# spinning for ever.
RAISING = """
from clearml import Task

Task.init("Code", "raising", auto_connect_frameworks={"detect_repository": False})
raise RuntimeError("on purpose")
"""


@pytest.mark.core
class TestCode:
    """Which code ran: the repository, the commit and what was not committed."""

    def test_repository_commit_and_difference(self, sdk, api, tmp_path):
        script = tmp_path / "repo" / "train" / "main.py"
        script.parent.mkdir(parents=True)

        def git(*arguments):
            identity = ("-c", "user.name=Test", "-c", "user.email=test@example.com")
            command = ["git", *identity, *arguments]
            return subprocess.run(command, cwd=tmp_path / "repo", check=True, capture_output=True, text=True).stdout

        git("init", "--quiet", "--initial-branch", "trunk")
        git("remote", "add", "origin", "https://example.com/team/repo.git")
        script.write_text(TRACKED.format(name="in a repository", body=""))
        git("add", ".")
        git("commit", "--quiet", "--message", "first")
        script.write_text(TRACKED.format(name="in a repository", body="print('not committed')"))
        sdk.run([sdk.python, "train/main.py"], cwd=tmp_path / "repo")

        found = api.task("Code", "in a repository")["script"]
        assert found["repository"] == "https://example.com/team/repo.git"
        assert found["branch"] == "trunk"
        assert found["version_num"] == git("rev-parse", "HEAD").strip()
        assert (found["working_dir"], found["entry_point"]) == (".", "train/main.py")
        assert "+print('not committed')" in found["diff"]

    def test_exception_fails_the_task(self, sdk, api):
        sdk.script(RAISING, expect=1)
        task = api.task("Code", "raising")
        assert task["status"] == "failed"
        assert "RuntimeError: on purpose" in api.console(task["id"])

    def test_reporting_from_the_sdk_s_own_process(self, sdk, api):
        """The SDK's default mode, which the other tests replace by a thread."""
        default = sdk.folder / "default.conf"
        default.write_text("")
        sdk.script(FORKED, CLEARML_CONFIG_FILE=str(default))
        task = api.task("Code", "forked")
        assert task["status"] == "completed"
        assert api.scalars(task["id"])["m"]["v"] == [(i, i * i) for i in range(50)]

    def test_last_task_is_reused_until_it_has_output(self, sdk, api):
        sdk.script(TRACKED.format(name="reused", body=""))
        first = api.task("Code", "reused")
        sdk.script(TRACKED.format(name="reused", body="task.get_logger().report_scalar('m', 'v', 1.0, 0)"))
        assert api.task("Code", "reused")["id"] == first["id"]
        sdk.script(TRACKED.format(name="reused", body="task.upload_artifact('a', {'b': 1}, wait_on_upload=True)"))
        again = api.task("Code", "reused")
        assert again["id"] == first["id"]
        assert "m" not in api.scalars(again["id"])
        sdk.script(TRACKED.format(name="reused", body=""))
        assert len([task for task in api.tasks("Code") if task["name"] == "reused"]) == 2
