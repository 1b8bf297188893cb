"""The Titanic experiment as a pipeline: prepare, search, validate, each a task with its own outputs.

    python examples/titanic_pipeline.py
"""

from clearml import PipelineDecorator

CATEGORIES = ["Sex", "Embarked"]


@PipelineDecorator.component(return_values=["train", "test"], cache=True)
def prepare(rows):
    """A made-up passenger table, split in two."""
    import numpy as np
    import pandas as pd
    from sklearn.model_selection import train_test_split

    rng = np.random.default_rng(1912)
    sex = rng.choice(["male", "female"], rows, p=[0.65, 0.35])
    pclass = rng.choice([1, 2, 3], rows, p=[0.25, 0.2, 0.55])
    odds = -0.6 + 2.5 * (sex == "female") - 0.8 * (pclass - 2)
    table = pd.DataFrame(
        {
            "Survived": (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(int),
            "Pclass": pclass,
            "Sex": sex,
            "Age": rng.gamma(6, 5, rows).round(1),
            "Embarked": rng.choice(["S", "C", "Q"], rows, p=[0.7, 0.2, 0.1]),
        }
    )
    train, test = train_test_split(table, test_size=0.33, random_state=42)
    return train, test


@PipelineDecorator.component(
    return_values=["best_params", "best_auc"],
    monitor_metrics=[("ROC AUC", "Test")],
    output_uri=True,
)
def search(train, test, categories, trials):
    """Random search; the best model is registered by being saved."""
    import tempfile
    from pathlib import Path

    from catboost import CatBoostClassifier, Pool
    from clearml import Task
    from sklearn.model_selection import ParameterSampler

    def pool(table):
        return Pool(table.drop(columns=["Survived"]), table["Survived"], cat_features=categories)

    grid = {"depth": [2, 3, 4], "learning_rate": [0.1, 0.05, 0.01], "iterations": [10, 20]}
    best_params, best_auc, best_model = None, 0.0, None
    logger = Task.current_task().get_logger()
    with tempfile.TemporaryDirectory() as folder:
        for trial, params in enumerate(ParameterSampler(grid, n_iter=trials, random_state=0)):
            model = CatBoostClassifier(**params, silent=True, random_seed=0, thread_count=1, train_dir=folder)
            model.fit(pool(train))
            auc = model.eval_metrics(pool(test), metrics=["AUC"])["AUC"][-1]
            logger.report_scalar("ROC AUC", "Test", iteration=trial, value=auc)
            if auc > best_auc:
                best_params, best_auc, best_model = params, auc, model
        best_model.save_model(str(Path(folder, "titanic.cbm")))
        Task.current_task().flush(wait_for_uploads=True)
    return best_params, best_auc


@PipelineDecorator.component(return_values=["accepted"])
def validate(best_auc, threshold):
    return bool(best_auc > threshold)


@PipelineDecorator.pipeline(name="Titanic", project="Examples/Pipelines", version="1.0.0")
def flow(rows=300, trials=4, threshold=0.6):
    train, test = prepare(rows)
    best_params, best_auc = search(train, test, CATEGORIES, trials)
    accepted = validate(best_auc, threshold)
    # What a step returns is fetched when it is used: until then the steps may run side by side.
    print(f"{best_params} reach {float(best_auc):.3f}: {'accepted' if bool(accepted) else 'refused'}")


if __name__ == "__main__":
    PipelineDecorator.run_locally()
    flow()
