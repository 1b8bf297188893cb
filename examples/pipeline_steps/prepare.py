"""First step of pipeline_from_tasks.py: make a table and keep it as an artifact."""

import pandas as pd
from clearml import Task

task = Task.init("Examples/Pipelines/Steps", "Prepare")
settings = task.connect({"rows": 5})
table = pd.DataFrame({"x": range(int(settings["rows"]))})
table["y"] = 3 * table["x"]
task.upload_artifact("table", artifact_object=table, wait_on_upload=True)
task.close()
