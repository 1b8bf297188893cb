"""A pipeline of existing tasks: each step is a clone of a template with other parameters.

    python examples/pipeline_from_tasks.py

The templates are the scripts in pipeline_steps/, run once (here, if they never ran) as ordinary experiments.
"""

import subprocess
import sys
from pathlib import Path

from clearml import PipelineController, Task

STEPS = "Examples/Pipelines/Steps"
POLL_MINUTES = 1 / 60


def ensure_templates():
    """Run each step's script once, so that there is a task to clone."""
    for name in ["prepare", "train", "evaluate"]:
        if not Task.get_tasks(project_name=STEPS, task_name=f"^{name.capitalize()}$"):
            subprocess.run([sys.executable, Path(__file__).parent / "pipeline_steps" / f"{name}.py"], check=True)


def skip_training_of_empty_tables(pipeline, node, parameters):
    """Called before a step starts; returning False skips it."""
    return float(parameters.get("General/scale", 1)) != 0


def main():
    ensure_templates()
    pipeline = PipelineController(
        name="Tasks",
        project="Examples/Pipelines",
        version="2.0.0",
        add_pipeline_tags=True,
        pool_frequency=POLL_MINUTES,
    )
    pipeline.add_parameter("rows", default=20)
    pipeline.add_step(
        name="prepare",
        base_task_project=STEPS,
        base_task_name="Prepare",
        parameter_override={"General/rows": "${pipeline.rows}"},
    )
    pipeline.add_step(
        name="train",
        parents=["prepare"],
        base_task_project=STEPS,
        base_task_name="Train",
        parameter_override={"General/table_of": "${prepare.id}", "General/scale": 2.0},
        pre_execute_callback=skip_training_of_empty_tables,
        monitor_artifacts=["fit"],
    )
    pipeline.add_step(
        name="evaluate",
        parents=["train"],
        base_task_project=STEPS,
        base_task_name="Evaluate",
        parameter_override={"General/fit_url": "${train.artifacts.fit.url}"},
    )
    pipeline.start_locally(run_pipeline_steps_locally=True)
    print("pipeline finished")


if __name__ == "__main__":
    main()
