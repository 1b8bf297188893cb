"""Every kind of report there is: on a task's Logger, and on a model of its own.

    python examples/report_everything.py
"""

import io
import math
import struct
import tempfile
import wave
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import plotly.graph_objects as go
from clearml import Logger, OutputModel, Task
from PIL import Image

TABLE = pd.DataFrame({"city": ["Firenze", "Roma", "Łódź"], "sensors": [12, 40, 7]}, index=["a", "b", "c"])
MATRIX = np.arange(12).reshape(3, 4)
POINTS_2D = np.array([[0, 0], [1, 1], [2, 4], [3, 9]])
POINTS_3D = np.array([[0, 0, 0], [1, 1, 1], [2, 4, 8]])
SOURCE = "https://example.com/media"


def report_numbers(logger):
    """Console lines, curves, and values without an iteration."""
    logger.report_text("a line with ünïcode ✓")
    for iteration in range(10):
        logger.report_scalar("accuracy", "train", iteration=iteration, value=1 - 0.5**iteration)
        logger.report_scalar("accuracy", "validation", iteration=iteration, value=0.9 - 0.5**iteration)
    logger.report_single_value("final score", 0.875)


def report_plots(target):
    """The plots a Logger and a Model have in common."""
    target.report_histogram(
        "histogram", "counts", values=[3, 1, 2], iteration=0, xlabels=["x", "y", "z"], yaxis="number"
    )
    target.report_vector("vector", "weights", values=[0.5, 0.25, 0.125], iteration=0)
    target.report_table("table", "frame", iteration=0, table_plot=TABLE)
    lines = [Logger.SeriesInfo("square", POINTS_2D), Logger.SeriesInfo("cube", POINTS_3D[:, [0, 2]])]
    target.report_line_plot("line", lines, xaxis="x", yaxis="y", iteration=0)
    target.report_scatter2d("scatter 2D", "points", POINTS_2D, iteration=0, mode="markers", labels=["p", "q", "r", "s"])
    target.report_scatter3d("scatter 3D", "points", POINTS_3D, iteration=0, mode="markers")
    target.report_confusion_matrix(
        "confusion", "classes", MATRIX[:, :3], iteration=0, xlabels=list("abc"), ylabels=list("abc")
    )
    target.report_matrix("matrix", "numbers", MATRIX, iteration=0)
    target.report_surface("surface", "hill", MATRIX, iteration=0, xaxis="x", yaxis="y", zaxis="z")


def report_figures(logger, folder):
    """Figures made by plotting libraries, and a table read from a file."""
    csv = Path(folder, "table.csv")
    TABLE.to_csv(csv)
    logger.report_table("table", "csv", iteration=0, csv=str(csv))
    logger.report_plotly("plotly", "bars", iteration=0, figure=go.Figure(go.Bar(x=["a", "b"], y=[1, 2])))
    figure = plt.figure()
    plt.plot([0, 1, 2], [0, 1, 4], label="curve")
    plt.title("a Matplotlib figure")
    logger.report_matplotlib_figure("matplotlib", "interactive", iteration=0, figure=figure)
    logger.report_matplotlib_figure("matplotlib", "image", iteration=0, figure=figure, report_image=True)
    plt.close(figure)


def make_wave(path, seconds=0.1, rate=8000):
    """A short 440 Hz tone."""
    samples = (int(20000 * math.sin(2 * math.pi * 440 * i / rate)) for i in range(int(seconds * rate)))
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, rate, 0, "NONE", ""))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))


def report_samples(logger, folder):
    """Debug samples: images from memory and from files, sound, video, HTML, and links to media elsewhere."""
    for iteration in range(3):
        red = np.full((16, 16, 3), [60 * iteration, 0, 0], dtype=np.uint8)
        logger.report_image("image", "array", iteration=iteration, image=red)
    picture = Image.new("RGB", (8, 8), "teal")
    logger.report_image("image", "pillow", iteration=0, image=picture)
    picture.save(Path(folder, "picture.png"))
    logger.report_image("image", "file", iteration=0, local_path=str(Path(folder, "picture.png")))
    logger.report_image("image", "link", iteration=0, url=f"{SOURCE}/cat.jpg")

    make_wave(Path(folder, "tone.wav"))
    logger.report_media("media", "sound", iteration=0, local_path=str(Path(folder, "tone.wav")))
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    frames[0].save(Path(folder, "film.gif"), save_all=True, append_images=frames[1:], duration=100)
    logger.report_media("media", "video", iteration=0, local_path=str(Path(folder, "film.gif")))
    html = io.BytesIO(b"<html><body><h1>report</h1></body></html>")
    logger.report_media("media", "html", iteration=0, stream=html, file_extension="html")
    logger.report_media("media", "link", iteration=0, url=f"{SOURCE}/film.mp4")


def report_on_model(task):
    """A model has curves, values and plots of its own, independent of the task that made it."""
    model = OutputModel(task=task, name="Reported model", framework="Custom")
    for iteration in range(5):
        model.report_scalar("drift", "mean", iteration=iteration, value=iteration / 10)
    model.report_single_value("size kB", 42)
    report_plots(model)
    return model


def main():
    task = Task.init("Examples/Reports", "Report everything")
    logger = task.get_logger()
    with tempfile.TemporaryDirectory() as folder:
        report_numbers(logger)
        report_plots(logger)
        report_figures(logger, folder)
        report_samples(logger, folder)
        model = report_on_model(task)
        task.flush(wait_for_uploads=True)
        print(f"model {model.id} reported")
    task.close()


if __name__ == "__main__":
    main()
