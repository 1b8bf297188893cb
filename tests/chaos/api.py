"""One keep-alive connection to the server: calls, uploads and downloads by the standard library alone."""

import base64
import http.client
import json
from urllib.parse import quote, urlsplit

TIMEOUT = 30


class Refused(AssertionError):
    """The server answered with something else than 200."""


class Connection:
    """Not for several threads at once."""

    def __init__(self, url, token=None):
        self.http = http.client.HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    @staticmethod
    def sign_in(url, key, secret):
        basic = base64.b64encode(f"{key}:{secret}".encode()).decode()
        connection = Connection(url)
        connection.headers = {"Authorization": f"Basic {basic}"}
        return connection.call("auth.login", {})["token"]

    def call(self, endpoint, body):
        content = json.dumps(body).encode()
        return self._data(endpoint, content, "application/json")

    def lines(self, endpoint, items):
        content = "\n".join(json.dumps(item) for item in items).encode()
        return self._data(endpoint, content, "application/json-lines")

    def upload(self, path, content):
        boundary = "chaos-boundary"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{path}"; filename="{path}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        status, answer = self._send("POST", "/", body, f"multipart/form-data; boundary={boundary}")
        if status != 200:
            raise Refused(f"upload of {path}: {status} {answer[:300]!r}")

    def download(self, path):
        """The content, or None when there is no such file."""
        status, answer = self._send("GET", f"/{quote(path)}", None, None)
        if status not in (200, 404):
            raise Refused(f"download of {path}: {status} {answer[:300]!r}")
        return answer if status == 200 else None

    def close(self):
        self.http.close()

    def _data(self, endpoint, content, kind):
        status, answer = self._send("POST", f"/v2.23/{endpoint}", content, kind)
        if status != 200:
            raise Refused(f"{endpoint}: {status} {answer[:300]!r}")
        return json.loads(answer)["data"]

    def _send(self, method, path, content, kind):
        headers = {**self.headers, **({"Content-Type": kind} if kind else {})}
        self.http.request(method, path, content, headers)
        response = self.http.getresponse()
        return response.status, response.read()
