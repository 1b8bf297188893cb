"""Three kinds of work, each in a thread that ends when the server is killed. Each keeps a journal of what
was answered and what was asked last, and can tell from it what must and what may be there afterwards."""

import hashlib
import http.client
import random
import threading

from api import Connection

PROJECT = "chaos"
# What the killed server's clients see: refused, reset or cut connections.
CUT = (OSError, http.client.HTTPException)


class Progress:
    """Counts answers and wakes whoever waits for a number of them."""

    def __init__(self):
        self.count = 0
        self.changed = threading.Condition()
        self.failure = None

    def answered(self):
        with self.changed:
            self.count += 1
            self.changed.notify_all()

    def failed(self, error):
        with self.changed:
            self.failure = error
            self.changed.notify_all()

    def wait_for(self, count, timeout):
        with self.changed:
            reached = self.changed.wait_for(lambda: self.failure or self.count >= count, timeout)
        if self.failure:
            raise self.failure
        assert reached, f"only {self.count} of {count} answers came within {timeout} s"


class Work(threading.Thread):
    """Repeats `step` until the connection is cut or `stop` is called."""

    def __init__(self, url, token, progress, seed):
        super().__init__(daemon=True)
        self.connection = Connection(url, token)
        self.progress = progress
        self.random = random.Random(seed)
        self.stopping = threading.Event()
        self.cut = False

    def stop(self):
        self.stopping.set()

    def run(self):
        try:
            while not self.stopping.is_set():
                self.step()
                self.progress.answered()
        except CUT:
            self.cut = True  # killed, as intended
        except BaseException as error:
            self.progress.failed(error)
        finally:
            self.connection.close()

    def step(self):
        raise NotImplementedError


class Tasks(Work):
    """Makes tasks and edits two of their parameters, which are always equal."""

    def __init__(self, *arguments, project, prefix):
        super().__init__(*arguments)
        self.project = project
        self.prefix = prefix
        self.asked = []
        self.steps = {}  # task -> [last answered step, step asked for and not answered]
        self.current = None

    def step(self):
        if self.current is None or self.random.random() < 0.3:
            self.create()
        else:
            self.edit()

    def create(self):
        name = f"{self.prefix}-{len(self.asked)}"
        self.asked.append(name)
        body = {"name": name, "type": "training", "project": self.project, "hyperparams": twins(0)}
        self.current = self.connection.call("tasks.create", body)["id"]
        self.steps[self.current] = [0, None]

    def edit(self):
        step = self.steps[self.current]
        step[1] = step[0] + 1
        self.connection.call("tasks.edit", {"task": self.current, "hyperparams": twins(step[1])})
        step[:] = [step[1], None]

    def verify(self, connection):
        query = {"project": [self.project], "name": f"^{self.prefix}-", "page": 0, "page_size": 500}
        stored = connection.call("tasks.get_all", query)["tasks"]
        found = {task["id"]: task for task in stored}
        lost = self.steps.keys() - found.keys()
        assert not lost, f"tasks that were answered are gone: {lost}"
        unanswered = found.keys() - self.steps.keys()
        assert len(unanswered) <= 1, f"tasks that nobody made: {unanswered}"
        for task in stored:
            assert task["name"] in self.asked and task["status"] == "created", task
            values = {item["name"]: item["value"] for item in task["hyperparams"]["General"].values()}
            assert values.keys() == {"step", "twin"} and values["step"] == values["twin"], values
            allowed = self.steps.get(task["id"], [0, None])
            assert int(values["step"]) in allowed, f"step {values['step']}, expected one of {allowed}"


def twins(step):
    item = lambda name: {"section": "General", "name": name, "value": str(step)}
    return {"General": {"step": item("step"), "twin": item("twin")}}


class Events(Work):
    """Reports two series and a line of the console in every request."""

    BATCH = 40

    def __init__(self, *arguments, project, prefix):
        super().__init__(*arguments)
        body = {"name": prefix, "type": "training", "project": project}
        self.task = self.connection.call("tasks.create", body)["id"]
        self.connection.call("tasks.started", {"task": self.task})
        self.asked = 0
        self.answered = 0

    def step(self):
        batch = self.asked
        self.asked += 1
        items = [{"type": "log", "task": self.task, "level": "INFO", "msg": f"batch {batch}"}]
        for iteration in range(batch * self.BATCH, (batch + 1) * self.BATCH):
            for variant in ("a", "b"):
                items.append({
                    "type": "training_stats_scalar", "task": self.task, "metric": "loss", "variant": variant,
                    "iter": iteration, "value": value(variant, iteration),
                })
        added = self.connection.lines("events.add_batch", items)["added"]
        assert added == len(items), f"{added} of {len(items)} events were added"
        self.answered = self.asked

    def verify(self, connection):
        query = {"task": self.task, "metric": {"metric": "loss"}, "key": "iter", "batch_size": 200_000}
        variants = connection.call("events.scalar_metrics_iter_raw", query)["variants"]
        query = {"task": self.task, "batch_size": 100_000, "navigate_earlier": False}
        lines = [event["msg"] for event in connection.call("events.get_task_log", query)["events"]]
        batches = len(lines)
        assert self.answered <= batches <= self.asked, f"{batches} lines, {self.answered} were answered"
        assert sorted(lines) == sorted(f"batch {batch}" for batch in range(batches)), lines
        if batches == 0:
            return
        for variant in ("a", "b"):
            series = variants[variant]
            points = sorted(zip(series["iter"], series["y"]))
            expected = [(i, value(variant, i)) for i in range(batches * self.BATCH)]
            assert points == expected, f"{variant}: {len(points)} points, expected {len(expected)}"
        task = connection.call("tasks.get_by_id", {"task": self.task})["task"]
        last = batches * self.BATCH - 1
        assert task["last_iteration"] == last, f"last iteration {task['last_iteration']}, expected {last}"
        metric = next(iter(task["last_metrics"].values()))
        values = {item["variant"]: item["value"] for item in metric.values()}
        assert values == {variant: value(variant, last) for variant in ("a", "b")}, values


def value(variant, iteration):
    return iteration * (0.25 if variant == "a" else -0.5)


class Files(Work):
    """Uploads files of very different lengths, some with equal content."""

    SIZES = (0, 100, 5_000, 70_000, 1_500_000)

    def __init__(self, *arguments, folder):
        super().__init__(*arguments)
        self.folder = folder
        self.asked = {}  # path -> content
        self.answered = []

    def step(self):
        path = f"{self.folder}/{len(self.asked)}.bin"
        size = self.random.choice(self.SIZES)
        seed = self.random.randrange(20)
        content = hashlib.shake_128(str(seed).encode()).digest(size)
        self.asked[path] = content
        self.connection.upload(path, content)
        self.answered.append(path)

    def verify(self, connection):
        for path, content in self.asked.items():
            stored = connection.download(path)
            if stored is None:
                assert path not in self.answered, f"{path} was answered and is gone"
            else:
                assert stored == content, f"{path}: {len(stored)} bytes instead of {len(content)}"
