"""Scripts whose tasks, trials and steps go through queues, for whatever agent takes them."""


def training(project):
    """Reports one scalar, prints a progress bar, and ends with the code it is told."""
    return TRAINING.replace("PROJECT", project)


def optimisation(project, queue, base):
    """Two trials of a task."""
    return OPTIMISATION.replace("PROJECT", project).replace("QUEUE", queue).replace("BASE", base)


def pipeline(project, queue):
    """Two steps, the second with the result of the first."""
    return PIPELINE.replace("PROJECT", project).replace("QUEUE", queue)


TRAINING = """
import argparse, sys
from clearml import Task
parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float, default=0.5)
parser.add_argument("--code", type=int, default=0)
task = Task.init("PROJECT", "training")
arguments = parser.parse_args()
task.get_logger().report_scalar("loss", "train", arguments.rate, 3)
print("the rate is", arguments.rate)
print("10%\\r60%\\r100%")
sys.stdout.flush()
sys.exit(arguments.code)
"""

OPTIMISATION = """
from clearml import Task
from clearml.automation import DiscreteParameterRange, GridSearch, HyperParameterOptimizer
task = Task.init("PROJECT", "optimisation", task_type=Task.TaskTypes.optimizer)
optimizer = HyperParameterOptimizer(
    base_task_id="BASE",
    hyper_parameters=[DiscreteParameterRange("Args/rate", values=[0.75, 0.875])],
    objective_metric_title="loss",
    objective_metric_series="train",
    objective_metric_sign="min",
    optimizer_class=GridSearch,
    execution_queue="QUEUE",
    max_number_of_concurrent_tasks=2,
    total_max_jobs=2,
    pool_period_min=0.02,
)
optimizer.set_report_period(0.02)
optimizer.start()
optimizer.wait()
optimizer.stop()
"""

PIPELINE = """
from clearml import PipelineController

def double(number):
    return number * 2

def add(left, right):
    print("the sum is", left + right)
    return left + right

pipeline = PipelineController(name="steps", project="PROJECT", version="1.0.0")
pipeline.set_default_execution_queue("QUEUE")
pipeline.set_pipeline_execution_time_limit(10)
pipeline.add_function_step("double", double, function_kwargs={"number": 21}, function_return=["twice"])
pipeline.add_function_step(
    "add", add, function_kwargs={"left": "${double.twice}", "right": 1}, function_return=["total"], parents=["double"]
)
pipeline.start_locally()
"""
