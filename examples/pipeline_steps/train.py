"""Second step of pipeline_from_tasks.py: read the table of the task it is told, fit, report."""

import pandas as pd
from clearml import Task

task = Task.init("Examples/Pipelines/Steps", "Train")
settings = task.connect({"table_of": "", "scale": 1.0})
if settings["table_of"]:
    table = pd.read_csv(Task.get_task(task_id=settings["table_of"]).artifacts["table"].get_local_copy())
    slope = float(settings["scale"]) * (table["x"] * table["y"]).sum() / (table["x"] ** 2).sum()
    task.get_logger().report_scalar("fit", "slope", iteration=0, value=slope)
    task.upload_artifact("fit", artifact_object={"slope": slope}, wait_on_upload=True)
task.close()
