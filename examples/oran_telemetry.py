"""O-RAN telemetry to data set to training: the three stages of a non-real-time RIC application (rApp).

    python examples/oran_telemetry.py

Stage one stands in for the query of a time-series database: it makes measurements of three cells and stores them as a
data set. Stage two reads them back, cleans and normalises. Stage three trains a classifier of the cell's load
class and pushes the model as an artifact, ready to be handed to an inference host.
"""

import pickle
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from clearml import Dataset, Task
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import log_loss
from sklearn.preprocessing import MinMaxScaler

PROJECT = "Examples/O-RAN"
DATASET = "rapp_data"
FEATURES = ["prb_usage", "active_ues", "throughput_mbps", "rsrp_dbm"]
CLASSES = [0, 1, 2]  # idle, normal, congested


def query_telemetry(samples=900):
    """What `SELECT * FROM randata` would return: one row per cell and minute, with gaps."""
    rng = np.random.default_rng(5)
    load = rng.integers(0, 3, samples)
    frame = pd.DataFrame(
        {
            "time": pd.date_range("2025-01-01", periods=samples, freq="min"),
            "cell": rng.choice(["cell-1", "cell-2", "cell-3"], samples),
            "prb_usage": (0.2 + 0.3 * load + rng.normal(0, 0.05, samples)).clip(0, 1),
            "active_ues": rng.poisson(5 + 20 * load),
            "throughput_mbps": 40 + 60 * load + rng.normal(0, 8, samples),
            "rsrp_dbm": rng.normal(-90, 5, samples),
            "load_class": load,
        }
    )
    frame.loc[frame.sample(frac=0.03, random_state=1).index, "throughput_mbps"] = np.nan
    return frame


def store_telemetry():
    """Stage one. A table in memory becomes a file of a data set by way of a temporary folder."""
    frame = query_telemetry()
    dataset = Dataset.create(dataset_name=DATASET, dataset_project=PROJECT)
    with tempfile.TemporaryDirectory() as folder:
        frame.to_csv(Path(folder, "randata.csv"), index=False)
        dataset.add_files(folder)
        dataset.get_logger().report_table("Telemetry", "first rows", iteration=0, table_plot=frame.head())
        dataset.upload()
        dataset.finalize()
    return dataset.id


def load_telemetry():
    """Stage two: every CSV of the data set, gaps filled with the mean, features scaled to 0..1."""
    folder = Path(Dataset.get(dataset_project=PROJECT, dataset_name=DATASET, alias="telemetry").get_local_copy())
    frame = pd.concat([pd.read_csv(path) for path in sorted(folder.glob("*.csv"))], ignore_index=True)
    frame = frame.fillna(frame.mean(numeric_only=True))
    frame[FEATURES] = MinMaxScaler().fit_transform(frame[FEATURES])
    return frame


def train(task, frame, epochs=15):
    """Stage three: one pass over the data an epoch, losses as scalars, the result as single values."""
    x, y = frame[FEATURES].to_numpy(), frame["load_class"].to_numpy()
    first, second = int(len(y) * 0.7), int(len(y) * 0.85)
    model = SGDClassifier(loss="log_loss", random_state=0)
    history = {"loss": [], "val_loss": []}
    for epoch in range(epochs):
        model.partial_fit(x[:first], y[:first], classes=CLASSES)
        history["loss"].append(log_loss(y[:first], model.predict_proba(x[:first]), labels=CLASSES))
        history["val_loss"].append(log_loss(y[first:second], model.predict_proba(x[first:second]), labels=CLASSES))
        for name, values in history.items():
            task.get_logger().report_scalar("epoch_loss", name, iteration=epoch, value=values[-1])

    test_loss = log_loss(y[second:], model.predict_proba(x[second:]), labels=CLASSES)
    task.get_logger().report_single_value("Test Loss", test_loss)
    task.get_logger().report_single_value("Test Accuracy", model.score(x[second:], y[second:]))

    plt.figure()
    plt.plot(history["loss"], label="Train loss")
    plt.plot(history["val_loss"], label="Validation loss")
    plt.title("Loss curve")
    plt.legend()
    plt.show()
    plt.close()
    return model


def main():
    dataset_id = store_telemetry()
    print(f"data set {dataset_id} stored")
    task = Task.init(PROJECT, "Load classifier", output_uri=True)
    model = train(task, load_telemetry())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "trained_model.pkl")
        path.write_bytes(pickle.dumps(model))
        task.upload_artifact("Trained Model", artifact_object=path, wait_on_upload=True)
    task.close()


if __name__ == "__main__":
    main()
