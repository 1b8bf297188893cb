"""A pipeline written as ordinary code: decorated functions are steps, the decorated flow decides what runs.

    python examples/pipeline_from_decorators.py
"""

from clearml import PipelineDecorator


@PipelineDecorator.component(return_values=["numbers"], cache=True)
def draw(count, seed):
    import random

    source = random.Random(seed)
    return [source.gauss(0, 1) for _ in range(count)]


@PipelineDecorator.component(return_values=["mean", "deviation"])
def describe(numbers):
    import statistics

    return statistics.fmean(numbers), statistics.pstdev(numbers)


@PipelineDecorator.component(return_values=["verdict"])
def decide(mean, deviation):
    return "centred" if abs(mean) < deviation else "shifted"


@PipelineDecorator.pipeline(name="Numbers", project="Examples/Pipelines", version="1.0.0")
def flow(count=50, seed=4):
    numbers = draw(count, seed)
    mean, deviation = describe(numbers)
    verdict = decide(mean, deviation)
    print(f"the sample is {verdict}")
    return verdict


if __name__ == "__main__":
    PipelineDecorator.run_locally()
    flow(count=40)
