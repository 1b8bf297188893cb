"""The life of a data set: what each version stores, differs in, shows and refuses."""

import hashlib
import io
import json
import re
import zipfile

import pytest

pytestmark = pytest.mark.core

PROJECT = "Examples/Datasets"
NAME = "City sensors"


@pytest.fixture(scope="module")
def run(sdk):
    return sdk.example("dataset_life.py")


@pytest.fixture(scope="module")
def versions(run, api):
    """first, child, synchronised, west and squashed, as whole tasks."""
    ids = dict(re.findall(r"^(first|child|synchronised|west|squashed) ([0-9a-f]{32})$", run.stdout, re.M))
    return {name: api.task_by_id(task_id) for name, task_id in ids.items()}


def state(api, task):
    """The stored description of a version: its files and where each one's bytes are."""
    return json.loads(api.file(api.artifacts(task)["state"]["uri"]))


def files(api, task):
    """path -> SHA-256 and owning version, for each file of a version."""
    entries = state(api, task)["dataset_file_entries"]
    return {entry["relative_path"]: (entry["hash"], entry["parent_dataset_id"]) for entry in entries}


def stored_bytes(api, task):
    """path -> bytes, of the files this very version uploaded."""
    content = {}
    for key, artifact in api.artifacts(task).items():
        if key == "data" or key.startswith("data_"):
            with zipfile.ZipFile(io.BytesIO(api.file(artifact["uri"]))) as chunk:
                content.update({name: chunk.read(name) for name in chunk.namelist()})
    return content


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def test_projects_and_tasks_are_those_of_a_dataset(versions, api):
    project = api.project(f"{PROJECT}/.datasets/{NAME}")
    assert sorted(project["system_tags"]) == ["dataset", "hidden"]
    assert api.project(f"{PROJECT}/.datasets")["system_tags"] == ["hidden"]
    for name in ("first", "child", "synchronised"):
        task = versions[name]
        assert task["project"] == project["id"]
        assert (task["type"], task["status"], task["name"]) == ("data_processing", "completed", NAME)
        assert "dataset" in task["system_tags"]
    assert versions["first"]["runtime"]["version"] == "1.0.0"
    assert versions["first"]["tags"] == ["raw"]
    assert versions["first"]["comment"] == "hourly values"


def test_first_version_stores_every_file(versions, api):
    first = versions["first"]
    assert files(api, first) == {
        "readme.txt": (sha256("sensors of the city\n"), first["id"]),
        "north/a.csv": (sha256("t,v\n1,10\n"), first["id"]),
        "north/b.csv": (sha256("t,v\n1,20\n"), first["id"]),
    }
    assert stored_bytes(api, first)["north/a.csv"] == b"t,v\n1,10\n"
    assert first["runtime"]["ds_file_count"] == 3
    assert first["runtime"]["ds_total_size"] == 38


def test_child_stores_only_the_differences(versions, api):
    first, child = versions["first"], versions["child"]
    assert files(api, child) == {
        "readme.txt": (sha256("sensors of the city\n"), first["id"]),
        "north/a.csv": (sha256("t,v\n1,10\n2,11\n"), child["id"]),
        "south/c.csv": (sha256("t,v\n1,30\n"), child["id"]),
    }
    assert set(stored_bytes(api, child)) == {"north/a.csv", "south/c.csv"}
    assert state(api, child)["dependency_graph"][child["id"]] == [first["id"]]
    assert child["runtime"]["ds_change_add"] == 1
    assert child["runtime"]["ds_change_modify"] == 1
    assert child["runtime"]["ds_change_remove"] == 1


def test_synchronising_follows_the_folder(versions, api, run):
    child, synchronised = versions["child"], versions["synchronised"]
    assert "removed 1, added 0, modified 1" in run.stdout
    assert files(api, synchronised) == {
        "readme.txt": (sha256("sensors of the city, second edition\n"), synchronised["id"]),
        "south/c.csv": (sha256("t,v\n1,30\n"), child["id"]),
    }


def test_wildcards_and_links(versions, api):
    west = versions["west"]
    assert set(files(api, west)) == {"west/d.csv"}
    (link,) = state(api, west)["dataset_link_entries"]
    assert link["link"].endswith("/west/notes.md")
    assert link["relative_path"] == "linked/notes.md"
    assert west["runtime"]["ds_link_count"] == 1


def test_squashed_version_holds_everything_itself(versions, api):
    squashed = versions["squashed"]
    assert stored_bytes(api, squashed) == {
        "readme.txt": b"sensors of the city, second edition\n",
        "south/c.csv": b"t,v\n1,30\n",
    }
    assert {owner for _, owner in files(api, squashed).values()} == {squashed["id"]}
    assert state(api, squashed)["dependency_graph"] == {squashed["id"]: []}


def test_metadata_and_previews(versions, api):
    first = versions["first"]
    metadata = [artifact for key, artifact in api.artifacts(first).items() if "Origin" in key]
    assert len(metadata) == 1
    plots = api.plots(first["id"])
    assert ["a", "b"] in plots["Raw data", "first rows"]["data"][0]["cells"]["values"]
    assert plots["Rows", "per file"]["data"][0]["y"] == [1, 1]


def test_lineage_is_drawn_from_the_configuration(versions):
    struct = json.loads(versions["child"]["configuration"]["Dataset Struct"]["value"])
    ids = {entry["job_id"] for entry in struct.values()}
    assert ids == {versions["first"]["id"], versions["child"]["id"]}


def test_what_the_sdk_read_back(run):
    for line in (
        "same version: True",
        "files: ['north/a.csv', 'readme.txt', 'south/c.csv']",
        "read-only copy of 2 tables",
        "latest version: 2.0.0",
        "tagged: 1.0.0",
        "metadata: {'rows': 2, 'source': 'city hall'}",
        "immutable: Cannot finalize dataset, status 'completed' is not valid",
    ):
        assert line in run.stdout


LIST = """
from clearml import Dataset
found = Dataset.list_datasets(dataset_project="{project}", only_completed=True)
print("listed:", sorted((item["name"], item["version"]) for item in found if item["name"] == "{name}"))
"""

DELETE = """
from clearml import Dataset
dataset = Dataset.create(dataset_project="{project}", dataset_name="Short-lived", dataset_version="1.0.0")
open("gone.txt", "w").write("soon gone")
dataset.add_files("gone.txt")
dataset.upload()
dataset.finalize()
print("made", dataset.id, dataset._task.artifacts["data"].url)
Dataset.delete(dataset_id=dataset.id, delete_files=True)
"""


def test_listing(versions, sdk):
    done = sdk.script(LIST.format(project=PROJECT, name=NAME))
    assert f"listed: [('{NAME}', '1.0.0'), ('{NAME}', '1.1.0'), ('{NAME}', '2.0.0')]" in done.stdout


def test_deleting_removes_the_bytes(sdk, api):
    done = sdk.script(DELETE.format(project=PROJECT))
    _, task_id, url = re.search(r"^(made) (\w+) (\S+)$", done.stdout, re.M).groups()
    assert api.call("tasks.get_all", id=[task_id], search_hidden=True)["tasks"] == []
    assert api.fetch(url).status_code == 404
