"""Who survives the Titanic: data frames as artifacts, random search, single values, the model captured on saving.

    python examples/titanic.py --trials 12

The table is made up (same columns, plausible odds), so that nothing has to be downloaded.
"""

import argparse
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from catboost import CatBoostClassifier, Pool
from clearml import Logger, Task
from sklearn.model_selection import ParameterSampler, train_test_split

CATEGORIES = ["Sex", "Cabin", "Embarked"]
GRID = {"depth": [2, 3, 4, 5], "learning_rate": [0.1, 0.05, 0.01, 0.005], "iterations": [10, 20, 40]}


def make_passengers(count=600):
    """A table in the shape of Kaggle's titanic.csv with reproducible, made-up passengers."""
    rng = np.random.default_rng(1912)
    sex = rng.choice(["male", "female"], count, p=[0.65, 0.35])
    pclass = rng.choice([1, 2, 3], count, p=[0.25, 0.2, 0.55])
    age = np.where(rng.random(count) < 0.2, np.nan, rng.gamma(6, 5, count).round(1))
    odds = -0.6 + 2.5 * (sex == "female") - 0.8 * (pclass - 2) - 0.01 * np.nan_to_num(age, nan=30)
    return pd.DataFrame(
        {
            "PassengerId": np.arange(1, count + 1),
            "Survived": (rng.random(count) < 1 / (1 + np.exp(-odds))).astype(int),
            "Pclass": pclass,
            "Name": [f"Passenger, no. {i}" for i in range(1, count + 1)],
            "Sex": sex,
            "Age": age,
            "SibSp": rng.poisson(0.5, count),
            "Parch": rng.poisson(0.4, count),
            "Ticket": rng.integers(1000, 9999, count).astype(str),
            "Fare": (rng.gamma(2, 8, count) * (4 - pclass)).round(2),
            "Cabin": np.where(rng.random(count) < 0.7, None, rng.choice(list("ABCDEF"), count)),
            "Embarked": rng.choice(["S", "C", "Q"], count, p=[0.7, 0.2, 0.1]),
        }
    )


def explore(task, raw):
    """Statistics as artifacts (shown as tables) and a figure that Matplotlib's show() hands over by itself."""
    task.upload_artifact("eda.describe.object", artifact_object=raw.select_dtypes(exclude="number").describe())
    task.upload_artifact("eda.describe.number", artifact_object=raw.select_dtypes(include="number").describe())
    known = raw.dropna(subset=["Age"])
    pd.plotting.scatter_matrix(known[["Age", "Fare", "Pclass"]], c=known["Survived"], figsize=(6, 6))
    plt.suptitle("Pairplot")
    plt.show()
    plt.close("all")


def prepare(task, raw):
    """Drop what says nothing, make categories text, split; every table is kept."""
    table = raw.drop(columns=["PassengerId", "Name", "Ticket"])
    table[CATEGORIES] = table[CATEGORIES].fillna("none").astype(str)
    task.upload_artifact("data.preproc", artifact_object=table)
    train, test = train_test_split(table, test_size=0.33, random_state=42)
    task.upload_artifact("data.train", artifact_object=train)
    task.upload_artifact("data.test", artifact_object=test)
    return train, test


def pool(table):
    return Pool(table.drop(columns=["Survived"]), table["Survived"], cat_features=CATEGORIES)


def evaluate(model, data):
    scores = model.eval_metrics(data, metrics=["Logloss", "AUC"])
    return round(scores["Logloss"][-1], 4), round(scores["AUC"][-1] * 100, 1)


def search(train, test, trials, folder):
    """Random search; each improvement becomes one point of the curves."""
    log = Logger.current_logger()
    best = {"auc": 0.0, "logloss": None, "model": None}
    improvements = 0
    for params in ParameterSampler(GRID, n_iter=trials, random_state=42):
        model = CatBoostClassifier(**params, silent=True, random_seed=0, thread_count=1, train_dir=folder)
        model.fit(train)
        test_logloss, test_auc = evaluate(model, test)
        train_logloss, train_auc = evaluate(model, train)
        if test_auc <= best["auc"]:
            continue
        best = {"auc": test_auc, "logloss": test_logloss, "model": model}
        log.report_scalar("Logloss", "Test", iteration=improvements, value=test_logloss)
        log.report_scalar("Logloss", "Train", iteration=improvements, value=train_logloss)
        log.report_scalar("ROC AUC", "Test", iteration=improvements, value=test_auc)
        log.report_scalar("ROC AUC", "Train", iteration=improvements, value=train_auc)
        improvements += 1
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=12, help="how many combinations to try")
    arguments = parser.parse_args()

    task = Task.init(
        "Examples/Titanic", "Titanic survival prediction", tags=["CatBoost", "RandomSearch"], output_uri=True
    )
    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder, "titanic.csv")
        make_passengers().to_csv(csv, index=False)
        raw = pd.read_csv(csv)
        task.upload_artifact("data.raw", artifact_object=csv, wait_on_upload=True)

        explore(task, raw)
        train, test = prepare(task, raw)
        best = search(pool(train), pool(test), arguments.trials, folder)

        log = Logger.current_logger()
        log.report_single_value("Best ROC AUC", best["auc"])
        log.report_single_value("Best Logloss", best["logloss"])
        log.report_single_value("Train Rows", len(train))
        log.report_single_value("Test Rows", len(test))
        log.report_single_value("Features", train.shape[1] - 1)
        log.report_single_value("Positive Ratio (Train)", round(train["Survived"].mean(), 3))

        # Saving is enough: the SDK sees it and registers the file as this task's model.
        best["model"].save_model(str(Path(folder, "best_model.cbm")))
        task.flush(wait_for_uploads=True)
    task.close()


if __name__ == "__main__":
    main()
