"""A small client of the wire protocol, so that what the SDK stored is read back by other code than the SDK's."""

import hashlib
import itertools
import json
import re

import requests

SINGLE_VALUE_ITERATION = -(2**31)
TIMEOUT = 60


class ApiError(Exception):
    """An error envelope; `code` and `subcode` are what the tests compare."""

    def __init__(self, code, subcode, message):
        super().__init__(f"{code}/{subcode}: {message}")
        self.code, self.subcode, self.message = code, subcode, message


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class Api:
    """Signs in once and calls endpoints by name; of several servers that share their data each gets every second call."""

    def __init__(self, server, access_key, secret_key, servers=()):
        self.server = server
        self.in_turn = itertools.cycle(servers or [server])
        self.http = requests.Session()
        answer = self.http.post(f"{server.api_url}/auth.login", auth=(access_key, secret_key), timeout=TIMEOUT)
        self.token = self.unwrap(answer)["token"]

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}"}

    @staticmethod
    def unwrap(answer):
        envelope = json.loads(answer.text)
        meta = envelope["meta"]
        assert meta["result_code"] == answer.status_code
        if answer.status_code != 200:
            raise ApiError(meta["result_code"], meta["result_subcode"], meta["result_msg"])
        return envelope["data"]

    def send(self, path, content=b"", content_type="application/json", headers=None, method="POST"):
        """The bare HTTP answer to a body of bytes."""
        return self.http.request(
            method,
            f"{next(self.in_turn).api_url}{path}",
            data=content,
            headers={**self.headers, "Content-Type": content_type, **(headers or {})},
            timeout=TIMEOUT,
        )

    def call(self, endpoint, version="2.23", **body):
        return self.unwrap(self.send(f"/v{version}/{endpoint}", json.dumps(body).encode()))

    def batch(self, endpoint, items):
        lines = "\n".join(json.dumps(item) for item in items).encode()
        return self.unwrap(self.send(f"/v2.23/{endpoint}", lines, "application/json-lines"))

    # -- entities ------------------------------------------------------------------------------------------------

    def project(self, name):
        """The one project of exactly this full name."""
        found = self.call("projects.get_all", name=f"^{re.escape(name)}$", search_hidden=True)["projects"]
        assert len(found) == 1, f"{len(found)} projects are called {name!r}"
        return found[0]

    def tasks(self, project, **query):
        """Tasks of a project, oldest first."""
        return self.call(
            "tasks.get_all", project=[self.project(project)["id"]], search_hidden=True, order_by=["created"], **query
        )["tasks"]

    def task(self, project, name):
        """The one task of exactly this name, whole."""
        found = [task for task in self.tasks(project) if task["name"] == name]
        assert len(found) == 1, f"{len(found)} tasks are called {name!r} in {project!r}"
        return self.task_by_id(found[0]["id"])

    def task_by_id(self, task_id):
        return self.call("tasks.get_by_id", task=task_id)["task"]

    def model(self, model_id):
        return self.call("models.get_by_id", model=model_id)["model"]

    def output_models(self, task):
        return [self.model(entry["model"]) for entry in task["models"]["output"]]

    @staticmethod
    def artifacts(task):
        return {artifact["key"]: artifact for artifact in task["execution"]["artifacts"]}

    @staticmethod
    def parameters(task):
        """`section/name` -> value, as text."""
        return {
            f"{section}/{name}": item["value"]
            for section, items in task["hyperparams"].items()
            for name, item in items.items()
        }

    @staticmethod
    def last_metric(task, metric, variant):
        return task["last_metrics"][md5(metric)][md5(variant)]

    # -- events --------------------------------------------------------------------------------------------------

    def scalars(self, task_id, **options):
        """metric -> variant -> list of (iteration, value)."""
        data = self.call("events.scalar_metrics_iter_histogram", task=task_id, **options)
        return {
            metric: {variant: list(zip(series["x"], series["y"])) for variant, series in variants.items()}
            for metric, variants in data.items()
        }

    def single_values(self, task_id):
        tasks = self.call("events.get_task_single_value_metrics", tasks=[task_id])["tasks"]
        return {value["variant"]: value["value"] for task in tasks for value in task["values"]}

    def plots(self, task_id, **options):
        """(metric, variant) -> parsed figure of the newest iteration."""
        events = self.call("events.get_task_plots", task=task_id, **options)["plots"]
        return {(event["metric"], event["variant"]): json.loads(event["plot_str"]) for event in events}

    def samples(self, task_id):
        """(metric, variant) -> iteration -> URL of the debug sample."""
        events = self.call(
            "events.get_task_events", task=task_id, event_type="training_debug_image", batch_size=1000
        )["events"]
        found = {}
        for event in events:
            found.setdefault((event["metric"], event["variant"]), {})[event["iter"]] = event["url"]
        return found

    def console(self, task_id):
        """The whole log as one text, oldest line first."""
        events = self.call("events.get_task_log", task=task_id, navigate_earlier=False, batch_size=10_000)["events"]
        return "\n".join(event["msg"] for event in events)

    # -- files ---------------------------------------------------------------------------------------------------

    def fetch(self, url, **options):
        return requests.get(url, headers=self.headers, timeout=TIMEOUT, **options)

    def file(self, url):
        """The bytes behind a stored URL, which must lie on this server's file port."""
        assert url.startswith(self.server.files_url + "/"), url
        answer = self.fetch(url)
        assert answer.status_code == 200, f"{answer.status_code} for {url}"
        return answer.content
