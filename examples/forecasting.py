"""Forecast monthly airline passengers: data set, remote-ready task, plots, configuration, artifacts.

    python examples/forecasting.py                   # train here
    python examples/forecasting.py --queue default   # hand the same task to an agent

The first run stores the series as a data set; later runs (and the agent's) fetch it by name. The model is an LSTM
when PyTorch is installed and a small scikit-learn network otherwise: what is tracked is the same.
"""

import argparse
import tempfile
from pathlib import Path

import joblib
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from clearml import Dataset, Task

PROJECT = "Examples/Forecasting"
DATASET = "Air passengers"
CSV = "air_passengers.csv"


def make_series(months=144):
    """Monthly passengers in thousands: growth times a yearly season times a little noise."""
    month = np.arange(months)
    noise = np.random.default_rng(7).normal(1, 0.02, months)
    passengers = (110 + 2.6 * month) * (1 + 0.2 * np.sin(2 * np.pi * (month - 3) / 12)) * noise
    dates = pd.date_range("1949-01-01", periods=months, freq="MS").strftime("%Y-%m")
    return pd.DataFrame({"Month": dates, "#Passengers": passengers.round().astype(int)})


def ensure_dataset():
    """Create the data set unless an earlier run did."""
    try:
        return Dataset.get(dataset_project=PROJECT, dataset_name=DATASET)
    except ValueError:
        pass
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, CSV)
        make_series().to_csv(path, index=False)
        dataset = Dataset.create(dataset_project=PROJECT, dataset_name=DATASET, dataset_version="1.0")
        dataset.add_files(path)
        dataset.upload()
        dataset.finalize()
    return dataset


def sliding_windows(values, length):
    """Each row of x holds `length` months, y the month after them."""
    x = np.stack([values[i : i + length] for i in range(len(values) - length)])
    return x, values[length:]


class SklearnModel:
    """A perceptron trained one pass at a time, standing in for the LSTM."""

    def __init__(self, config):
        from sklearn.neural_network import MLPRegressor

        self.net = MLPRegressor(
            hidden_layer_sizes=(config["hidden_size"],),
            learning_rate_init=config["learning_rate"],
            batch_size=16,
            random_state=0,
        )

    def train_epoch(self, x, y):
        self.net.partial_fit(x, y)
        return self.loss(x, y)

    def loss(self, x, y):
        return float(np.mean((self.predict(x) - y) ** 2))

    def predict(self, x):
        return self.net.predict(x)

    def save(self, folder):
        path = Path(folder, "forecaster.joblib")
        joblib.dump(self.net, path, compress=1)
        return path


def torch_model(config):
    """The same interface over an LSTM with one linear layer on its last state."""
    import torch

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = torch.nn.LSTM(1, config["hidden_size"], batch_first=True)
            self.out = torch.nn.Linear(config["hidden_size"], 1)

        def forward(self, x):
            states, _ = self.lstm(x)
            return self.out(states[:, -1])

    class TorchModel:
        def __init__(self):
            torch.manual_seed(0)
            self.net = Net()
            self.optimizer = torch.optim.Adam(self.net.parameters(), lr=config["learning_rate"])

        def train_epoch(self, x, y):
            self.optimizer.zero_grad()
            out = self.net(torch.Tensor(x).unsqueeze(-1)).squeeze(-1)
            loss = torch.nn.functional.mse_loss(out, torch.Tensor(y))
            loss.backward()
            self.optimizer.step()
            return loss.item()

        def loss(self, x, y):
            return float(np.mean((self.predict(x) - y) ** 2))

        def predict(self, x):
            with torch.no_grad():
                return self.net(torch.Tensor(x).unsqueeze(-1)).squeeze(-1).numpy()

        def save(self, folder):
            path = Path(folder, "forecaster.pth")
            torch.save(self.net.state_dict(), path)
            return path

    return TorchModel()


def make_model(config):
    try:
        return torch_model(config)
    except ImportError:
        return SklearnModel(config)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--queue", default="", help="name of the queue to run on, here when empty")
    arguments = parser.parse_args()

    # Packages an agent needs besides those found in the imports are named before Task.init.
    Task.add_requirements("pandas")
    task = Task.init(PROJECT, "Passenger forecast", output_uri=True)
    task.set_base_docker("nvidia/cuda:12.4.1-base-ubuntu22.04")
    logger = task.get_logger()

    ensure_dataset()
    if arguments.queue:
        task.execute_remotely(queue_name=arguments.queue, exit_process=True)

    config = task.connect_configuration(
        {"num_epochs": 60, "learning_rate": 0.01, "hidden_size": 32, "seq_length": 12}, name="Model"
    )
    dataset = Dataset.get(dataset_project=PROJECT, dataset_name=DATASET, alias="training_dataset")
    data = pd.read_csv(Path(dataset.get_local_copy(), CSV))
    logger.report_text(f"First rows:\n{data.head(10).to_string()}")

    raw = data["#Passengers"].to_numpy(float)
    low, high = raw.min(), raw.max()
    x, y = sliding_windows((raw - low) / (high - low), config["seq_length"])
    train_end, val_end = int(len(y) * 0.7), int(len(y) * 0.85)

    figure = plt.figure(figsize=(10, 4))
    plt.plot(data["Month"], raw, label="Original data")
    plt.xticks(data["Month"][::12], rotation=45)
    plt.title("Monthly passengers")
    plt.legend()
    logger.report_matplotlib_figure("Monthly passengers", "Original data", figure=figure, iteration=0)
    plt.close(figure)

    model = make_model(config)
    for epoch in range(config["num_epochs"]):
        train_loss = model.train_epoch(x[:train_end], y[:train_end])
        val_loss = model.loss(x[train_end:val_end], y[train_end:val_end])
        logger.report_scalar("Loss", "Train", iteration=epoch, value=train_loss)
        logger.report_scalar("Loss", "Validation", iteration=epoch, value=val_loss)
        if epoch % 20 == 0:
            print(f"epoch {epoch}: train loss {train_loss:.5f}, validation loss {val_loss:.5f}")

    original = y[val_end:] * (high - low) + low
    predicted = model.predict(x[val_end:]) * (high - low) + low
    logger.report_single_value("Test MAE", float(np.abs(original - predicted).mean()))

    with tempfile.TemporaryDirectory() as folder:
        predictions = Path(folder, "predictions.csv")
        pd.DataFrame({"Original": original, "Predicted": predicted}).to_csv(predictions, index=False)
        task.upload_artifact("final_predictions", artifact_object=predictions, wait_on_upload=True)
        task.upload_artifact("trained_model", artifact_object=model.save(folder), wait_on_upload=True)
        task.flush(wait_for_uploads=True)
    task.close()


if __name__ == "__main__":
    main()
