"""The life of a data set: versions, differences, folders kept in step, squashing, copies, previews, immutability.

    python examples/dataset_life.py
"""

import tempfile
from pathlib import Path

import pandas as pd
from clearml import Dataset

PROJECT = "Examples/Datasets"
NAME = "City sensors"


def write(folder, files):
    for name, text in files.items():
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def first_version(folder):
    """Create, describe, preview, upload, close."""
    write(folder, {"readme.txt": "sensors of the city\n", "north/a.csv": "t,v\n1,10\n", "north/b.csv": "t,v\n1,20\n"})
    dataset = Dataset.create(
        dataset_project=PROJECT,
        dataset_name=NAME,
        dataset_version="1.0.0",
        dataset_tags=["raw"],
        description="hourly values",
    )
    dataset.add_files(folder)
    dataset.set_metadata({"source": "city hall", "rows": 2}, metadata_name="Origin")
    table = pd.DataFrame({"file": ["a", "b"], "value": [10, 20]})
    dataset.get_logger().report_table("Raw data", "first rows", iteration=0, table_plot=table)
    dataset.get_logger().report_histogram(
        "Rows", "per file", values=[1, 1], iteration=0, xlabels=["a", "b"], yaxis="rows"
    )
    dataset.upload()
    dataset.finalize()
    return dataset


def child_version(parent, folder):
    """Only the differences are stored: one file changed, one added, one removed."""
    write(folder, {"north/a.csv": "t,v\n1,10\n2,11\n", "south/c.csv": "t,v\n1,30\n"})
    dataset = Dataset.create(
        dataset_project=PROJECT, dataset_name=NAME, dataset_version="1.1.0", parent_datasets=[parent.id]
    )
    dataset.add_files(folder)
    dataset.remove_files("north/b.csv")
    dataset.upload()
    dataset.finalize()
    return dataset


def synchronised_version(parent, folder):
    """A folder is the truth: whatever was added, changed or removed there is so in the new version."""
    write(folder, {"readme.txt": "sensors of the city, second edition\n", "south/c.csv": "t,v\n1,30\n"})
    dataset = Dataset.create(
        dataset_project=PROJECT, dataset_name=NAME, dataset_version="2.0.0", parent_datasets=[parent.id]
    )
    removed, added, modified = dataset.sync_folder(folder)
    print(f"removed {removed}, added {added}, modified {modified}")
    dataset.upload()
    dataset.finalize()
    return dataset


def unrelated_dataset(folder):
    """Another data set, with a wildcard and a link to a file that stays where it is."""
    write(folder, {"west/d.csv": "t,v\n1,40\n", "west/notes.md": "not data\n"})
    dataset = Dataset.create(dataset_project=PROJECT, dataset_name="West side", dataset_version="1.0.0")
    dataset.add_files(folder, wildcard="*.csv")
    dataset.add_external_files(Path(folder, "west/notes.md").as_uri(), dataset_path="linked")
    dataset.upload()
    dataset.finalize()
    return dataset


def show_reading(dataset, first_id, folder):
    """A read-only copy from the cache, and a copy to change."""
    same = Dataset.get(dataset_project=PROJECT, dataset_name=NAME, dataset_version="1.1.0")
    print("same version:", same.id == dataset.id)
    print("files:", sorted(same.list_files()))
    print("read-only copy of", len(list(Path(same.get_local_copy()).rglob("*.csv"))), "tables")
    mutable = Path(same.get_mutable_local_copy(Path(folder, "mutable"), overwrite=True))
    Path(mutable, "readme.txt").write_text("changed here only\n")
    print("latest version:", Dataset.get(dataset_project=PROJECT, dataset_name=NAME).version)
    print("tagged:", Dataset.get(dataset_project=PROJECT, dataset_name=NAME, dataset_tags=["raw"]).version)
    print("metadata:", Dataset.get(dataset_id=first_id).get_metadata("Origin"))


def show_immutability(dataset):
    """A finalised version stays as it is: it cannot be finalised again, a change needs a new version."""
    try:
        dataset.finalize()
    except ValueError as error:
        print("immutable:", error)


def main():
    with tempfile.TemporaryDirectory() as root:
        first = first_version(f"{root}/first")
        child = child_version(first, f"{root}/child")
        synchronised = synchronised_version(child, f"{root}/truth")
        west = unrelated_dataset(f"{root}/west")
        # One version by itself: the same files, without the versions it was built on.
        squashed = Dataset.squash("City sensors, squashed", dataset_ids=[synchronised.id])
        for name, dataset in [("first", first), ("child", child), ("synchronised", synchronised), ("west", west)]:
            print(name, dataset.id)
        print("squashed", squashed.id)
        show_reading(child, first.id, root)
        show_immutability(first)


if __name__ == "__main__":
    main()
