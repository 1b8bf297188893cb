"""Find the best parameters of optimization_base.py, running the trials on this machine.

    python examples/optimization_base.py
    python examples/optimization.py --strategy grid      # or random, optuna, bohb, own

Optuna and BOHB need their packages (`optuna`; `hpbandster` and `ConfigSpace`).
"""

import argparse
import os
import socket

from clearml import Task
from clearml.automation import (
    DiscreteParameterRange,
    GridSearch,
    HyperParameterOptimizer,
    RandomSearch,
    UniformParameterRange,
)
from clearml.automation.optimization import SearchStrategy

PROJECT = "Examples/Optimization"
POLL_MINUTES = 1 / 60


class Descent(SearchStrategy):
    """A strategy of our own: walk along one axis after the other, each trial starting from the best so far."""

    def __init__(self, **options):
        super().__init__(**options)
        self.best = {"Args/x": 0.0, "Args/y": 0.0}
        self.walk = [{}, {"Args/x": 2.0}, {"Args/y": -2.0}, {"Args/x": 1.0}]

    def create_job(self):
        """Called whenever a worker is free; None ends the search."""
        if not self.walk:
            return None
        steps = self.walk.pop(0)
        self.best = {name: value + steps.get(name, 0.0) for name, value in self.best.items()}
        return self.helper_create_job(base_task_id=self._base_task_id, parameter_override=dict(self.best))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def strategy(name):
    """The strategy's class and the options it alone needs."""
    if name == "grid":
        return GridSearch, {}
    if name == "random":
        return RandomSearch, {}
    if name == "own":
        return Descent, {}
    if name == "optuna":
        from clearml.automation.optuna import OptimizerOptuna

        return OptimizerOptuna, {"max_iteration_per_job": 4}
    if name == "bohb":
        # The name server's clients look for its port in the environment, before Pyro4 is imported.
        port = os.environ["PYRO_NS_PORT"] = str(free_port())
        # Trials travel to BOHB's workers (threads of this process) as pickles: its default cannot carry NumPy 2 numbers.
        os.environ["PYRO_SERIALIZER"] = os.environ["PYRO_SERIALIZERS_ACCEPTED"] = "pickle"
        from clearml.automation.hpbandster import OptimizerBOHB

        # It looks for its workers every few seconds instead of every minute.
        own = {"local_port": int(port), "ping_interval": 2}
        return OptimizerBOHB, {"min_iteration_per_job": 1, "max_iteration_per_job": 4, **own}
    raise ValueError(f"no strategy is called {name}")


def parameters(name):
    """A grid needs steps (so does BOHB with ConfigSpace 1.0 or later); the others search freely."""
    if name in ("grid", "bohb"):
        return [DiscreteParameterRange("Args/x", [1.0, 3.0]), DiscreteParameterRange("Args/y", [-1.0, 1.0])]
    return [UniformParameterRange("Args/x", -5.0, 5.0), UniformParameterRange("Args/y", -5.0, 5.0)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--strategy", default="random", choices=["grid", "random", "optuna", "bohb", "own"])
    parser.add_argument("--trials", type=int, default=4)
    arguments = parser.parse_args()

    optimizer_class, options = strategy(arguments.strategy)
    task = Task.init(PROJECT, f"Optimizer {arguments.strategy}", task_type="optimizer", reuse_last_task_id=False)
    base = Task.get_task(project_name=PROJECT, task_name="Valley")
    optimizer = HyperParameterOptimizer(
        base_task_id=base.id,
        hyper_parameters=parameters(arguments.strategy),
        objective_metric_title="valley",
        objective_metric_series="height",
        objective_metric_sign="min",
        optimizer_class=optimizer_class,
        max_number_of_concurrent_tasks=2,
        total_max_jobs=arguments.trials,
        optimization_time_limit=10,
        pool_period_min=POLL_MINUTES,
        save_top_k_tasks_only=2,
        **options,
    )
    optimizer.set_report_period(POLL_MINUTES)
    optimizer.start_locally(lambda job, value, *_: print(f"trial {job} reached {value}"))
    optimizer.wait()
    for best in optimizer.get_top_experiments(top_k=2):
        print("among the best:", best.id, best.get_parameters())
    optimizer.stop()
    task.close()


if __name__ == "__main__":
    main()
