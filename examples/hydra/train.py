"""A Hydra application: the SDK keeps the composed configuration and the overrides.

    python examples/hydra/train.py training.rate=0.1
"""

import hydra
from clearml import Task
from omegaconf import DictConfig


@hydra.main(version_base=None, config_path="conf", config_name="config")
def main(config: DictConfig):
    task = Task.init("Examples/Capture", "Hydra")
    logger = task.get_logger()
    for epoch in range(config.training.epochs):
        logger.report_scalar("loss", "train", iteration=epoch, value=config.training.rate / (epoch + 1))
    task.close()


if __name__ == "__main__":
    main()
