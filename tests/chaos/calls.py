"""Calls of the gateway as work that is killed: sporadic ones with a journal of what was answered, and stable ones
under a plan, which an endpoint of the test's own counts."""

import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from api import TIMEOUT, Refused
from load import Work


class Gateway:
    """A keep-alive connection that speaks to the gateway and its interface."""

    def __init__(self, url, token):
        self.http = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method, path, body=None):
        """Status and answer."""
        self.http.request(method, path, json.dumps(body) if body is not None else None, self.headers)
        response = self.http.getresponse()
        return response.status, json.loads(response.read())

    def register(self, kind, fields):
        status, entry = self.ask("POST", f"/api/v1/gateway/{kind}", fields)
        if status != 201:
            raise Refused(f"{kind}: {status} {entry}")
        return entry

    def close(self):
        self.http.close()


class Quiet(ThreadingHTTPServer):
    """Whose callers may be killed."""

    def handle_error(self, *_):
        pass


class Endpoint:
    """A serving machine that counts how often it is asked."""

    def __init__(self):
        self.asked = 0
        lock = threading.Lock()
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                with lock:
                    endpoint.asked += 1
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/serve"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Calls(Work):
    """A caller with a token of his own."""

    def __init__(self, url, token, progress, seed):
        super().__init__(url, token, progress, seed)
        self.connection.close()
        self.connection = Gateway(url, token)


class Sporadic(Calls):
    """Starts runs, each with a number as its parameter."""

    def __init__(self, *arguments, template, prefix):
        super().__init__(*arguments)
        self.template = template
        self.prefix = prefix
        self.asked = 0
        self.answered = {}  # run -> number

    def step(self):
        number = self.asked
        self.asked += 1
        body = {"task_id": self.template, "params": {"number": f"{self.prefix}-{number}"}}
        status, answer = self.connection.ask("POST", "/clearml/serve/enqueue_task", body)
        assert status == 200, f"{status} {answer}"
        self.answered[answer["task_id"]] = f"{self.prefix}-{number}"

    def verify(self, tasks, queued):
        """`tasks` are all clones by their id, `queued` the ids in the queue."""
        lost = self.answered.keys() - tasks.keys()
        assert not lost, f"runs that were answered are gone: {lost}"
        for run, number in self.answered.items():
            task = tasks[run]
            assert task["hyperparams"]["General"]["number"]["value"] == number, task
            assert task["status"] == "queued" and run in queued, f"{run} is {task['status']} and in no queue"
        mine = [task for task in tasks.values() if self.owns(task)]
        unanswered = {task["id"] for task in mine} - self.answered.keys()
        assert len(unanswered) <= 1, f"runs that nobody was told of: {unanswered}"

    def owns(self, task):
        return task["hyperparams"]["General"]["number"]["value"].startswith(f"{self.prefix}-")


class Stable(Calls):
    """Asks an endpoint until the plan is used up."""

    def __init__(self, *arguments, machine):
        super().__init__(*arguments)
        self.machine = machine
        self.granted = 0

    def step(self):
        body = {"machine_id": self.machine, "endpoint": "count", "params": {}}
        status, answer = self.connection.ask("POST", "/clearml/serve/ondemand", body)
        if status == 429:
            self.stop()
            return
        assert status == 200, f"{status} {answer}"
        self.granted += 1
