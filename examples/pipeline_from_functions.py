"""A pipeline whose steps are functions: each becomes a task of its own, results travel as artifacts.

    python examples/pipeline_from_functions.py                # all steps succeed
    python examples/pipeline_from_functions.py --rows 0       # the second step fails, the third never starts
"""

import argparse

from clearml import PipelineController

POLL_MINUTES = 1 / 60


def make_rows(count):
    """Step one: rows with a known answer."""
    return [{"x": number, "y": 2 * number + 1} for number in range(int(count))]


def fit_line(rows):
    """Step two: least squares by hand."""
    mean_x = sum(row["x"] for row in rows) / len(rows)
    mean_y = sum(row["y"] for row in rows) / len(rows)
    above = sum((row["x"] - mean_x) * (row["y"] - mean_y) for row in rows)
    below = sum((row["x"] - mean_x) ** 2 for row in rows)
    slope = above / below
    return slope, mean_y - slope * mean_x


def judge(slope, intercept):
    """Step three: report what was found."""
    from clearml import Task

    logger = Task.current_task().get_logger()
    logger.report_scalar("line", "slope", iteration=0, value=slope)
    logger.report_scalar("line", "intercept", iteration=0, value=intercept)
    print(f"y = {slope:g} x + {intercept:g}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10)
    arguments = parser.parse_args()

    pipeline = PipelineController(
        name="Line",
        project="Examples/Pipelines",
        version="1.0.0",
        abort_on_failure=True,
        pool_frequency=POLL_MINUTES,
    )
    pipeline.add_parameter("rows", default=arguments.rows, description="how many rows to make")
    pipeline.add_function_step(
        "make_rows",
        make_rows,
        function_kwargs={"count": "${pipeline.rows}"},
        function_return=["rows"],
        cache_executed_step=True,
    )
    pipeline.add_function_step(
        "fit_line",
        fit_line,
        function_kwargs={"rows": "${make_rows.rows}"},
        function_return=["slope", "intercept"],
    )
    pipeline.add_function_step(
        "judge",
        judge,
        function_kwargs={"slope": "${fit_line.slope}", "intercept": "${fit_line.intercept}"},
        parents=["fit_line"],
        monitor_metrics=[("line", "slope")],
    )
    pipeline.start_locally(run_pipeline_steps_locally=True)


if __name__ == "__main__":
    main()
