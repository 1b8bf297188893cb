"""The experiment that optimization.py tunes: a few steps down a valley whose lowest point is at x=3, y=-1.

    python examples/optimization_base.py --x 2 --y 0
"""

import argparse

from clearml import Task


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--x", type=float, default=0.0)
    parser.add_argument("--y", type=float, default=0.0)
    parser.add_argument("--steps", type=int, default=4)
    arguments = parser.parse_args()

    task = Task.init("Examples/Optimization", "Valley")
    height = (arguments.x - 3) ** 2 + (arguments.y + 1) ** 2
    for step in range(arguments.steps):
        task.get_logger().report_scalar("valley", "height", iteration=step, value=height + 1 / (step + 1))
    task.close()


if __name__ == "__main__":
    main()
