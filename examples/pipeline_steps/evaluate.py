"""Last step of pipeline_from_tasks.py: judge the fit behind a URL."""

import json

from clearml import StorageManager, Task

task = Task.init("Examples/Pipelines/Steps", "Evaluate")
settings = task.connect({"fit_url": ""})
if settings["fit_url"]:
    with open(StorageManager.get_local_copy(settings["fit_url"])) as file:
        slope = json.load(file)["slope"]
    task.get_logger().report_single_value("slope", slope)
task.close()
