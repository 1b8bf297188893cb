"""Every kind of report, on a task and on a model: the numbers, figures and bytes that come back are those sent."""

import base64
import io
import json
import re
import wave

import numpy as np
import pytest
from PIL import Image

PLOTS = {
    ("histogram", "counts"),
    ("vector", "weights"),
    ("table", "frame"),
    ("line", ""),
    ("scatter 2D", "points"),
    ("scatter 3D", "points"),
    ("confusion", "classes"),
    ("matrix", "numbers"),
    ("surface", "hill"),
}


@pytest.fixture(scope="module")
def run(sdk):
    return sdk.example("report_everything.py")


@pytest.fixture(scope="module")
def task(run, api):
    return api.task("Examples/Reports", "Report everything")


@pytest.fixture(scope="module")
def model(run, api):
    return api.model(re.search(r"model ([0-9a-f]{32}) reported", run.stdout)[1])


@pytest.fixture(scope="module")
def plots(task, api):
    return api.plots(task["id"])


def test_scalars_point_by_point(task, api):
    accuracy = api.scalars(task["id"])["accuracy"]
    assert accuracy["train"] == [(i, 1 - 0.5**i) for i in range(10)]
    assert accuracy["validation"] == [(i, 0.9 - 0.5**i) for i in range(10)]
    assert api.single_values(task["id"]) == {"final score": 0.875}


def test_raw_scalars_and_latest_values(task, api):
    raw = api.call("events.scalar_metrics_iter_raw", task=task["id"], metric={"metric": "accuracy"}, key="iter")
    assert raw["variants"]["train"]["iter"] == list(range(10))
    assert raw["variants"]["train"]["y"][1] == 0.5
    last = api.last_metric(task, "accuracy", "validation")
    assert (last["min_value"], last["min_value_iteration"]) == (0.9 - 1, 0)
    assert (last["max_value"], last["max_value_iteration"]) == (0.9 - 0.5**9, 9)
    assert (last["first_value"], last["count"]) == (0.9 - 1, 10)


def test_console_keeps_every_letter(task, api):
    assert "a line with ünïcode ✓" in api.console(task["id"])


def numbers(value):
    """Plotly figures hold arrays as lists or as base64 of their bytes."""
    if isinstance(value, dict) and "bdata" in value:
        return np.frombuffer(base64.b64decode(value["bdata"]), dtype=value["dtype"]).tolist()
    return value


def check_common_plots(plots):
    histogram = plots["histogram", "counts"]["data"][0]
    assert numbers(histogram["y"]) == [3, 1, 2]
    assert histogram["x"] == ["x", "y", "z"]
    assert numbers(plots["vector", "weights"]["data"][0]["y"]) == [0.5, 0.25, 0.125]
    cells = plots["table", "frame"]["data"][0]["cells"]["values"]
    assert ["Firenze", "Roma", "Łódź"] in cells
    line = next(figure for (title, _), figure in plots.items() if title == "line")
    assert numbers(line["data"][0]["y"]) == [0, 1, 4, 9]
    assert numbers(plots["scatter 2D", "points"]["data"][0]["x"]) == [0, 1, 2, 3]
    assert numbers(plots["scatter 3D", "points"]["data"][0]["z"]) == [0, 1, 8]
    assert plots["confusion", "classes"]["data"][0]["z"] == [[0, 1, 2], [4, 5, 6], [8, 9, 10]]
    assert plots["matrix", "numbers"]["data"][0]["z"] == np.arange(12).reshape(3, 4).tolist()
    assert plots["surface", "hill"]["data"][0]["z"] == np.arange(12).reshape(3, 4).tolist()


def test_plots_of_the_logger(plots):
    check_common_plots(plots)
    assert plots["plotly", "bars"]["data"][0]["x"] == ["a", "b"]
    assert numbers(plots["plotly", "bars"]["data"][0]["y"]) == [1, 2]
    assert numbers(plots["matplotlib", "interactive"]["data"][0]["y"]) == [0, 1, 4]
    cells = plots["table", "csv"]["data"][0]["cells"]["values"]
    assert ["Firenze", "Roma", "Łódź"] in cells


def test_matplotlib_figure_as_an_image_is_a_file(task, api):
    samples = api.samples(task["id"])
    image = Image.open(io.BytesIO(api.file(samples["matplotlib", "image"][0])))
    assert image.size[0] > 100


def test_images_have_the_pixels_that_were_sent(task, api):
    samples = api.samples(task["id"])
    assert sorted(samples["image", "array"]) == [0, 1, 2]
    for iteration, url in samples["image", "array"].items():
        pixel = Image.open(io.BytesIO(api.file(url))).convert("RGB").getpixel((8, 8))
        assert pixel == pytest.approx((60 * iteration, 0, 0), abs=3)
    assert Image.open(io.BytesIO(api.file(samples["image", "pillow"][0]))).size == (8, 8)
    assert Image.open(io.BytesIO(api.file(samples["image", "file"][0]))).getpixel((0, 0)) == (0, 128, 128)
    assert samples["image", "link"][0] == "https://example.com/media/cat.jpg"


def test_media_have_the_bytes_that_were_sent(task, api):
    samples = api.samples(task["id"])
    with wave.open(io.BytesIO(api.file(samples["media", "sound"][0]))) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (8000, 800)
    assert Image.open(io.BytesIO(api.file(samples["media", "video"][0]))).n_frames == 3
    assert api.file(samples["media", "html"][0]) == b"<html><body><h1>report</h1></body></html>"
    assert samples["media", "link"][0] == "https://example.com/media/film.mp4"


def test_debug_images_by_iteration(task, api):
    request = {"metrics": [{"task": task["id"], "metric": "image", "variants": ["array"]}], "iters": 2}
    answer = api.call("events.debug_images", **request)
    iterations = answer["metrics"][0]["iterations"]
    assert [entry["iter"] for entry in iterations] == [2, 1]
    following = api.call("events.debug_images", **request, scroll_id=answer["scroll_id"])
    assert [entry["iter"] for entry in following["metrics"][0]["iterations"]] == [0]


def test_model_has_events_of_its_own(model, api):
    scalars = api.scalars(model["id"], model_events=True)
    assert scalars["drift"]["mean"] == [(i, i / 10) for i in range(5)]
    check_common_plots(api.plots(model["id"], model_events=True))
    single = api.call("events.get_task_single_value_metrics", tasks=[model["id"]], model_events=True)
    assert [(value["variant"], value["value"]) for value in single["tasks"][0]["values"]] == [("size kB", 42)]
    assert api.last_metric(model, "drift", "mean")["value"] == 0.4


def test_model_events_are_not_the_task_s(task, api):
    assert "drift" not in api.scalars(task["id"])
    assert json.dumps(api.call("events.get_task_metrics", tasks=[task["id"]], event_type="plot")).count("plotly") == 1
