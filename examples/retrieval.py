"""Find tasks and read everything back: filters, parameters, artifacts, last metrics, reported and single values.

    python examples/retrieval.py

Three small runs are made first, then queried in each way the SDK offers; a comparison task reports the result.
"""

import pandas as pd
from clearml import Task

PROJECT = "Examples/Retrieval"


def make_run(name, learning_rate, tags, comment):
    task = Task.init(PROJECT, name, task_type="testing" if "test" in tags else "training", reuse_last_task_id=False)
    task.add_tags(tags)
    task.set_comment(comment)
    task.connect({"learning_rate": learning_rate, "batch_size": 32}, name="Training")
    logger = task.get_logger()
    for epoch in range(8):
        logger.report_scalar("loss", "train", iteration=epoch, value=1 / (1 + learning_rate * epoch))
    logger.report_single_value("best loss", 1 / (1 + learning_rate * 7))
    print(f"{name} has learned")
    task.upload_artifact("settings", artifact_object={"learning_rate": learning_rate}, wait_on_upload=True)
    task.upload_artifact("table", artifact_object=pd.DataFrame({"epoch": range(3), "rate": [learning_rate] * 3}))
    task.close()
    return task.id


def names(tasks):
    return sorted(task.name for task in tasks)


def show_filters(ids):
    """Every filter of `Task.get_tasks`."""
    print("by ids:", names(Task.get_tasks(task_ids=ids[:2])))
    print("by name:", names(Task.get_tasks(project_name=PROJECT, task_name="run s")))
    print("by tags:", names(Task.get_tasks(project_name=PROJECT, tags=["keep", "-broken"])))
    print("not archived:", names(Task.get_tasks(project_name=PROJECT, allow_archived=False)))
    task_filter = {
        "system_tags": ["-archived"],
        "status": ["completed", "published"],
        "type": ["training"],
        "search_text": "baseline",
        "order_by": ["last_update"],
    }
    print("by filter:", [task.name for task in Task.get_tasks(project_name=PROJECT, task_filter=task_filter)])
    newest = Task.get_tasks(project_name=PROJECT, task_filter={"order_by": ["-created"]})
    print("newest first:", [task.name for task in newest])
    rate = {"_all_": {"fields": ["hyperparams.Training.learning_rate.value"], "pattern": r"^0\.5$"}}
    print("by parameter:", names(Task.get_tasks(project_name=PROJECT, task_filter=rate)))
    print("query:", sorted(Task.query_tasks(project_name=PROJECT)) == sorted(ids))


def show_one(task_id):
    """What can be read of one task."""
    task = Task.get_task(task_id=task_id)
    print("same by name:", Task.get_task(project_name=PROJECT, task_name=task.name).id == task.id)
    print("parameters:", task.get_parameters())
    print("parameter:", task.get_parameter("Training/learning_rate"))
    print("artifact object:", task.artifacts["settings"].get())
    print("artifact copy:", len(pd.read_csv(task.artifacts["table"].get_local_copy())), "rows")
    print("last metrics:", task.get_last_scalar_metrics()["loss"]["train"])
    print("reported:", task.get_reported_scalars(max_samples=100, x_axis="iter")["loss"]["train"]["y"][:2])
    print("milliseconds since 1970:", task.get_reported_scalars(x_axis="timestamp")["loss"]["train"]["x"][0] > 1e12)
    print("iso times:", task.get_reported_scalars(x_axis="iso_time")["loss"]["train"]["x"][0][:2])
    print("all reported:", len(task.get_all_reported_scalars()["loss"]["train"]["x"]))
    print("single value:", task.get_reported_single_value("best loss"))
    print("single values:", task.get_reported_single_values())
    print("console:", any(task.name in line for line in task.get_reported_console_output(number_of_reports=10)))
    return task


def main():
    ids = [
        make_run("run slow", 0.1, ["keep"], "a careful baseline"),
        make_run("run swift", 0.5, ["keep", "test"], "twice as bold"),
        make_run("run wild", 2.0, ["broken"], "baseline without brakes"),
    ]
    Task.get_task(task_id=ids[2]).set_archived(True)
    show_filters(ids)
    show_one(ids[0])

    comparison = Task.init(PROJECT + "/Reports", "Comparison")
    rows = []
    for task in Task.get_tasks(task_ids=ids):
        loss = task.get_last_scalar_metrics()["loss"]["train"]
        rows.append({"task": task.name, "rate": task.get_parameter("Training/learning_rate"), "loss": loss["last"]})
    table = pd.DataFrame(rows).sort_values("loss")
    comparison.get_logger().report_table("Comparison", "by last loss", iteration=0, table_plot=table)
    comparison.close()


if __name__ == "__main__":
    main()
