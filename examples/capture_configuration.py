"""What the SDK keeps of a run's configuration: command line, dictionaries, data classes, objects, files.

    python examples/capture_configuration.py --epochs 3 --name quick

Also: a table that is followed while it changes (`register_artifact`), user properties, labels, and the alias by which a
data set is remembered.
"""

import argparse
import dataclasses
import tempfile
from pathlib import Path

import pandas as pd
from clearml import Dataset, Task

PROJECT = "Examples/Capture"


@dataclasses.dataclass
class Optimizer:
    name: str = "adam"
    rate: float = 0.001
    warm_up: bool = True


class Augmentation:
    """An ordinary object: its attributes are parameters."""

    def __init__(self):
        self.flip = True
        self.crop = 224


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--name", default="unnamed")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--layers", type=int, nargs="+", default=[64, 32])
    return parser.parse_args()


def ensure_dataset(folder):
    try:
        Dataset.get(dataset_project=PROJECT, dataset_name="Aliased", alias="training data")
    except ValueError:
        Path(folder, "rows.csv").write_text("a,b\n1,2\n")
        dataset = Dataset.create(dataset_project=PROJECT, dataset_name="Aliased", dataset_version="1.0.0")
        dataset.add_files(str(Path(folder, "rows.csv")))
        dataset.upload()
        dataset.finalize()
        Dataset.get(dataset_project=PROJECT, dataset_name="Aliased", alias="training data")


def main():
    task = Task.init(PROJECT, "Configuration")
    arguments = parse_arguments()

    model = task.connect({"depth": 3, "activation": "relu", "nested": {"dropout": 0.5}}, name="Model")
    optimizer = task.connect(Optimizer(), name="Optimizer")
    augmentation = task.connect(Augmentation(), name="Augmentation")
    print("using", arguments, model, optimizer, augmentation.crop)

    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "settings.yaml")
        settings.write_text("camera: north\nfps: 25\n")
        task.connect_configuration(str(settings), name="Camera", description="the camera's own file")
        task.connect_configuration({"classes": ["car", "bus"]}, name="Classes")
        ensure_dataset(folder)

    task.connect_label_enumeration({"background": 0, "car": 1, "bus": 2})
    task.set_user_properties(reviewed="no", owner={"value": "me", "description": "who to ask"})
    task.set_comment("made by an example")
    task.set_parameter("General/threshold", 0.25, description="decision threshold", value_type=float)

    followed = pd.DataFrame({"sample": ["a"], "score": [0.5]})
    task.register_artifact("followed", followed, metadata={"rows": "grow"}, uniqueness_columns=["sample"])
    followed.loc[1] = ["b", 0.75]
    followed.loc[2] = ["c", 0.25]
    print("registered:", sorted(task.get_registered_artifacts()))
    task.close()


if __name__ == "__main__":
    main()
