"""What the SDK captures by itself from libraries: no call here names the tracker but the first and the last.

    python examples/capture_frameworks.py

TensorBoard files through tensorboardX, Matplotlib figures, models saved by joblib, XGBoost and LightGBM (and their
training curves), everything printed or logged.
"""

import logging
import os
import sys
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import joblib
import lightgbm
import matplotlib.pyplot as plt
import numpy as np
import xgboost
from clearml import Task
from sklearn.linear_model import LogisticRegression
from tensorboardX import SummaryWriter

ROUNDS = 6


def make_data(rows=200):
    rng = np.random.default_rng(3)
    x = rng.normal(size=(rows, 4))
    return x, (x[:, 0] + 0.5 * x[:, 1] > 0).astype(int)


def write_tensorboard(folder):
    with SummaryWriter(str(folder)) as writer:
        for step in range(ROUNDS):
            writer.add_scalar("tensorboard/loss", 1 / (step + 1), step)
        writer.add_histogram("tensorboard/weights", np.arange(100), ROUNDS - 1)
        writer.add_image("tensorboard/picture", np.full((3, 8, 8), 0.5), ROUNDS - 1)
        writer.add_text("tensorboard/note", "written by tensorboardX", ROUNDS - 1)


def draw_figure():
    plt.figure()
    plt.plot([0, 1, 2], [0, 1, 4], label="square")
    plt.title("Captured figure")
    plt.legend()
    plt.show()
    plt.close()


def train_models(folder):
    x, y = make_data()
    # Compressed, because the SDK does not see plain dumps of joblib 1.5 and later.
    joblib.dump(LogisticRegression().fit(x, y), str(folder / "logistic.joblib"), compress=1)

    train = xgboost.DMatrix(x, y)
    settings = {"objective": "binary:logistic", "eval_metric": "logloss", "nthread": 1}
    booster = xgboost.train(settings, train, ROUNDS, evals=[(train, "train")], verbose_eval=False)
    booster.save_model(str(folder / "booster.json"))

    data = lightgbm.Dataset(x, y, params={"verbose": -1})
    settings = {"objective": "binary", "metric": "binary_logloss", "verbose": -1, "num_threads": 1}
    forest = lightgbm.train(settings, data, ROUNDS, valid_sets=[data], valid_names=["train"])
    forest.save_model(str(folder / "forest.txt"))


def main():
    task = Task.init("Examples/Capture", "Frameworks", output_uri=True)
    print("printed to the standard output")
    print("printed to the standard error", file=sys.stderr)
    logging.getLogger("example").warning("logged by Python's logging")
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        write_tensorboard(folder / "runs")
        draw_figure()
        os.chdir(folder)
        train_models(folder)
        task.flush(wait_for_uploads=True)
        os.chdir(Path(__file__).parent)
    task.close()


if __name__ == "__main__":
    main()
