"""The SDK's command-line tools: clearml-init, clearml-data, clearml-task, clearml-param-search."""

import io
import json
import re
import zipfile

import pytest

from support.sdk import Sdk
from support.server import ACCESS_KEY, SECRET_KEY

PROJECT = "Tools/Data"


class TestInit:
    """The configuration that the server wrote at its first start is what clearml-init wants pasted."""

    @pytest.fixture
    def fresh(self, server, tmp_path):
        """A machine that was never configured."""
        machine = Sdk(server, tmp_path)
        machine.env = {name: value for name, value in machine.env.items() if not name.startswith("CLEARML_")}
        return machine

    def test_pasted_configuration_is_verified_and_works(self, fresh, server, api):
        pasted = (server.data / "clearml.conf").read_text()
        done = fresh.tool("clearml-init", stdin=pasted + "\n\n")
        assert "Credentials verified!" in done.stdout
        assert "ClearML setup completed successfully." in done.stdout
        written = (fresh.folder / "home/clearml.conf").read_text()
        for expected in (server.api_url, server.web_url, server.files_url, ACCESS_KEY, SECRET_KEY):
            assert expected in written
        fresh.script("from clearml import Task; Task.create(project_name='Tools/Init', task_name='by the file')")
        assert api.task("Tools/Init", "by the file")["status"] == "created"

    def test_wrong_secret_is_refused(self, fresh, server):
        pasted = (server.data / "clearml.conf").read_text().replace(SECRET_KEY, "wrong")
        done = fresh.tool("clearml-init", stdin=f"{pasted}\n\n{ACCESS_KEY}\nwrong again\n")
        assert "Error: could not verify credentials" in done.stdout
        assert "Exiting setup without creating configuration file" in done.stdout
        assert not (fresh.folder / "home/clearml.conf").exists()


@pytest.mark.core
class TestData:
    """Every verb with every flag of the manual."""

    @pytest.fixture(scope="class")
    @classmethod
    def folder(cls, sdk):
        root = sdk.folder / "input"
        for name, text in {
            "top.csv": "1\n",
            "top.txt": "one\n",
            "deep/low.csv": "2\n",
            "deep/low.txt": "two\n",
            "extra/link.bin": "linked\n",
        }.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    @staticmethod
    def create(sdk, name, *flags):
        done = sdk.tool("clearml-data", "create", "--project", PROJECT, "--name", name, *flags)
        return re.search(r"New dataset created id=([0-9a-f]{32})", done.stdout)[1]

    @staticmethod
    def paths(api, task_id):
        """Paths of all files and links of a version, as its stored state tells them."""
        artifact = api.artifacts(api.task_by_id(task_id))["state"]
        state = json.loads(api.file(artifact["uri"]))
        entries = state["dataset_file_entries"] + state.get("dataset_link_entries", [])
        return sorted(entry["relative_path"] for entry in entries)

    @pytest.fixture(scope="class")
    @classmethod
    def base(cls, sdk, server, folder):
        """A closed version made with every flag of create, add, upload and close."""
        flags = ("--version", "1.0.0", "--storage", server.files_url, "--tags", "first", "small")
        base = cls.create(sdk, "Base", *flags)
        sdk.tool("clearml-data", "add", "--id", base, "--dataset-folder", "all", "--files", folder / "deep", "--verbose")
        sdk.tool("clearml-data", "add", "--id", base, "--files", folder, "--wildcard", "*.csv", "--non-recursive")
        link = (folder / "extra/link.bin").as_uri()
        sdk.tool("clearml-data", "add", "--id", base, "--dataset-folder", "links", "--links", link)
        upload = ("--storage", server.files_url, "--chunk-size", "1", "--verbose")
        sdk.tool("clearml-data", "upload", "--id", base, *upload)
        sdk.tool("clearml-data", "close", "--id", base, "--disable-upload", "--verbose")
        return base

    def test_create_add_upload_close(self, base, api):
        task = api.task_by_id(base)
        assert (task["status"], task["tags"]) == ("completed", ["external files", "first", "small"])
        assert task["runtime"]["version"] == "1.0.0"
        assert self.paths(api, base) == ["all/low.csv", "all/low.txt", "links/link.bin", "top.csv"]
        stored = {}
        for key, artifact in api.artifacts(task).items():
            if key.startswith("data"):
                with zipfile.ZipFile(io.BytesIO(api.file(artifact["uri"]))) as chunk:
                    stored.update({name: chunk.read(name) for name in chunk.namelist()})
        assert stored == {"all/low.csv": b"2\n", "all/low.txt": b"two\n", "top.csv": b"1\n"}

    def test_remove(self, base, sdk, api):
        child = self.create(sdk, "Removed", "--parents", base, "--version", "1.1.0")
        sdk.tool("clearml-data", "remove", "--id", child, "--files", "all/*.txt", "--verbose")
        sdk.tool("clearml-data", "remove", "--id", child, "--files", "*.csv", "--non-recursive")
        sdk.tool("clearml-data", "close", "--id", child, "--chunk-size", "5")
        assert self.paths(api, child) == ["all/low.csv", "links/link.bin"]

    def test_closing_uploads_what_is_pending_to_another_storage(self, sdk, api, folder, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        made = self.create(sdk, "Elsewhere", "--output-uri", (tmp_path / "elsewhere").as_uri())
        sdk.tool("clearml-data", "add", "--files", folder / "top.txt")  # without --id: the one just created
        sdk.tool("clearml-data", "close", "--storage", (tmp_path / "elsewhere").as_uri(), "--verbose")
        uri = api.artifacts(api.task_by_id(made))["data"]["uri"]
        assert uri.startswith("file://")
        assert list((tmp_path / "elsewhere").rglob("*.zip"))

    def test_sync(self, base, sdk, server, api, tmp_path):
        truth = tmp_path / "truth"
        truth.mkdir()
        (truth / "kept.txt").write_text("kept\n")
        flags = ("--project", PROJECT, "--name", "Synced", "--version", "3.0.0", "--tags", "truth", "--parents", base)
        flags += ("--dataset-folder", "sub", "--output-uri", server.files_url, "--storage", server.files_url)
        done = sdk.tool("clearml-data", "sync", "--folder", truth, *flags, "--chunk-size", "4", "--verbose", "--skip-close")
        synced = re.search(r"New dataset created id=([0-9a-f]{32})", done.stdout)[1]
        assert api.task_by_id(synced)["status"] == "in_progress"
        (truth / "new.txt").write_text("new\n")
        sdk.tool("clearml-data", "sync", "--id", synced, "--folder", truth, "--dataset-folder", "sub")
        task = api.task_by_id(synced)
        assert (task["status"], task["tags"], task["runtime"]["version"]) == ("completed", ["truth"], "3.0.0")
        assert [path for path in self.paths(api, synced) if path.startswith("sub/")] == ["sub/kept.txt", "sub/new.txt"]

    def test_get(self, base, sdk, tmp_path):
        def content(folder):
            return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}

        whole = {"all/low.csv": "2\n", "all/low.txt": "two\n", "links/link.bin": "linked\n", "top.csv": "1\n"}
        copy = tmp_path / "copy"
        sdk.tool("clearml-data", "get", "--id", base, "--copy", copy, "--verbose")
        assert content(copy) == whole
        (copy / "top.csv").write_text("changed\n")
        sdk.tool("clearml-data", "get", "--id", base, "--copy", copy, "--overwrite")
        assert content(copy) == whole
        link = tmp_path / "link"
        sdk.tool("clearml-data", "get", "--id", base, "--link", link)
        assert link.is_symlink() and content(link.resolve()) == whole
        sdk.tool("clearml-data", "get", "--id", base, "--copy", tmp_path / "part", "--part", "0", "--num-parts", "1")
        assert set(content(tmp_path / "part")) <= set(whole)

    def test_list_search_compare_verify(self, base, sdk, tmp_path):
        listed = sdk.tool("clearml-data", "list", "--id", base).stdout
        assert "Total 3 files" in listed or "Total 4 files" in listed
        assert "all/low.csv" in listed
        found = sdk.tool("clearml-data", "search", "--project", PROJECT, "--name", "Base", "--tags", "first").stdout
        # SDK 1.14.4 leaves the column of the ids out.
        assert len([row for row in found.splitlines() if PROJECT in row and "Base" in row and "1.0.0" in row]) == 1
        other = self.create(sdk, "Compared", "--parents", base, "--version", "9.0.0")
        sdk.tool("clearml-data", "remove", "--id", other, "--files", "top.csv")
        sdk.tool("clearml-data", "close", "--id", other)
        compared = sdk.tool("clearml-data", "compare", "--source", base, "--target", other, "--verbose").stdout
        assert "top.csv" in compared
        sdk.tool("clearml-data", "get", "--id", base, "--copy", tmp_path / "verified")
        verified = sdk.tool("clearml-data", "verify", "--id", base, "--folder", tmp_path / "verified").stdout
        assert "no errors found" in verified

    def test_squash_describe_publish(self, base, sdk, api, server):
        flags = ("--name", "Squashed", "--ids", base, "--storage", server.files_url)
        squashed = re.search(r"created id=([0-9a-f]{32})", sdk.tool("clearml-data", "squash", *flags).stdout)[1]
        sdk.tool("clearml-data", "set-description", "--id", squashed, "--description", "all in one")
        assert api.task_by_id(squashed)["comment"] == "all in one"
        sdk.tool("clearml-data", "publish", "--id", squashed)
        assert api.task_by_id(squashed)["status"] == "published"

    def test_move_rename_delete(self, sdk, api, folder):
        made = self.create(sdk, "Named", "--version", "1.0.0")
        sdk.tool("clearml-data", "add", "--id", made, "--files", folder / "top.csv")
        sdk.tool("clearml-data", "close", "--id", made)
        flags = ("--project", PROJECT, "--name", "Named", "--new-project", "Tools/Moved")
        sdk.tool("clearml-data", "move", *flags)
        project = api.project("Tools/Moved/.datasets/Named")
        assert api.task_by_id(made)["project"] == project["id"]
        sdk.tool("clearml-data", "rename", "--project", "Tools/Moved", "--name", "Named", "--new-name", "Renamed")
        assert api.project("Tools/Moved/.datasets/Renamed")["id"] == project["id"]
        url = api.artifacts(api.task_by_id(made))["data"]["uri"]
        sdk.tool("clearml-data", "delete", "--id", made, "--force")
        assert api.call("tasks.get_all", id=[made], search_hidden=True)["tasks"] == []
        assert api.fetch(url).status_code == 404


SCRIPT = """
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.1)
print(parser.parse_args())
"""


class TestTask:
    def test_script_is_queued_with_its_requirements(self, sdk, api):
        (sdk.folder / "train.py").write_text(SCRIPT)
        (sdk.folder / "wanted.txt").write_text("numpy==1.26.4\npandas\n")
        where = ("--project", "Tools/Task", "--name", "Experiment 2", "--tags", "cli", "--queue", "default")
        what = ("--script", "train.py", "--requirements", "wanted.txt", "--args", "rate=0.5", "--docker", "python:3.11")
        done = sdk.tool("clearml-task", *where, *what, "--task-type", "testing")
        task = api.task("Tools/Task", "Experiment 2")
        assert task["id"] in done.stdout
        assert (task["status"], task["type"], task["tags"]) == ("queued", "testing", ["cli"])
        assert "numpy==1.26.4" in task["script"]["requirements"]["pip"]
        assert "Task.init" in task["script"]["diff"]
        assert "--rate" in task["script"]["diff"]
        assert api.parameters(task)["Args/rate"] == "0.5"
        assert task["container"]["image"] == "python:3.11"
        queue = api.call("queues.get_all", name="^default$")["queues"][0]
        assert task["id"] in [entry["task"] for entry in queue["entries"]]


class TestParameterSearch:
    def test_local_grid(self, sdk, api, valley):
        search = [
            json.dumps({"type": "DiscreteParameterRange", "name": "Args/x", "values": [1.0, 3.0]}),
        ]
        override = json.dumps({"name": "Args/y", "value": -1.0})
        flags = ("--project-name", "Tools/Search", "--task-name", "Search", "--task-id", valley["id"], "--local")
        flags += ("--params-search", *search, "--params-override", override, "--optimizer-class", "GridSearch")
        flags += ("--objective-metric-title", "valley", "--objective-metric-series", "height")
        flags += ("--objective-metric-sign", "min", "--max-number-of-concurrent-tasks", "2", "--pool-period-min", "0.02")
        sdk.tool("clearml-param-search", *flags, "--total-max-jobs", "2", cwd=sdk.copied_examples())
        optimizer = api.task("Tools/Search", "Search")
        assert (optimizer["type"], optimizer["status"]) == ("optimizer", "completed")
        trials = api.call("tasks.get_all", parent=optimizer["id"], search_hidden=True)["tasks"]
        assert sorted(api.parameters(trial)["Args/x"] for trial in trials) == ["1.0", "3.0"]
        assert {api.parameters(trial)["Args/y"] for trial in trials} == {"-1.0"}
