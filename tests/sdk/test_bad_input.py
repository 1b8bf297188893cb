"""Hostile and broken requests: the protocol's error, the server up, nothing stored lost or changed."""

import base64
import http.client
import json
import math
import re
import socket
import time
import urllib.parse
import uuid

import pytest
import requests

from support.api import Api, ApiError
from support.server import ACCESS_KEY, SECRET_KEY

HOSTILE = [
    "it's \"quoted\" `back`",
    "a/b\\c",
    "../../../etc/passwd",
    "..%2f..%2fetc",
    "emoji 🚀👩‍🔬",
    "مرحبا بالعالم ‮txt.exe",
    "'; DROP TABLE tasks; --",
    "\" OR 1=1 --",
    "$.name' , $[0]",
    "$where __proto__ %2E %24",
    "a.b.c[0]",
    "%_%\\_wild",
    "line\nbreak\ttab",
    "NUL\x00inside",
    "__$all",
    "<script>alert(1)</script>",
    "x" * 200,
]


def stored(text):
    """What comes back of a name or value: PostgreSQL has no NUL in text, so U+FFFD stands for it on both engines."""
    return text.replace("\x00", "\ufffd")


@pytest.fixture(scope="module")
def project(api):
    return api.call("projects.create", name="Bad input")["id"]


@pytest.fixture(scope="module")
def task(api, project):
    """A task with some of everything, which no bad request may change."""
    made = api.call("tasks.create", name="witness", type="training", project=project, tags=["kept"])["id"]
    api.call("tasks.started", task=made)
    event = {"task": made, "type": "training_stats_scalar", "metric": "m", "variant": "v", "iter": 1, "value": 2.5}
    api.batch("events.add_batch", [event])
    return made


@pytest.fixture(autouse=True)
def survives(server, api, request):
    """After every test the server answers and the witness is what it was."""
    if "task" not in request.fixturenames:
        yield
    else:
        witness = request.getfixturevalue("task")
        before = snapshot(api, witness)
        yield
        assert snapshot(api, witness) == before
    assert server.alive()
    assert api.call("debug.ping")["msg"]


def snapshot(api, task_id):
    whole = api.task_by_id(task_id)
    return whole["name"], whole["status"], whole["tags"], whole["last_iteration"], api.scalars(task_id)["m"]


def refused(api, endpoint, version="2.23", **body):
    """code/subcode of the refusal."""
    with pytest.raises(ApiError) as caught:
        api.call(endpoint, version=version, **body)
    return f"{caught.value.code}/{caught.value.subcode}"


class TestBodies:
    @pytest.mark.parametrize("content", [b"{", b"[1,2]", b'"text"', b"{'a': 1}", b"\xff\xfe", b"nul", b'{"a": 1} trailing'])
    def test_malformed_json(self, api, task, content):
        answer = api.send("/v2.23/tasks.get_all", content)
        assert answer.status_code == 400
        assert answer.json()["meta"]["result_code"] == 400
        assert answer.json()["data"] == {}

    def test_what_python_accepts(self, api, task):
        answer = api.send("/v2.23/debug.ping", b'{"a": NaN, "b": -Infinity, "c": "\\ud800", "d": 1, "d": 2}')
        data = json.loads(answer.text)["data"]
        assert math.isnan(data["a"]) and data["b"] == -math.inf
        assert (data["c"], data["d"]) == ("\ufffd", 2)

    def test_deep_nesting(self, api, task):
        answer = api.send("/v2.23/tasks.get_all", b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
        assert answer.status_code == 400

    def test_content_encoding_is_refused(self, api, task):
        assert api.send("/v2.23/tasks.get_all", b"{}", headers={"Content-Encoding": "gzip"}).status_code == 415

    def test_body_of_a_get_is_read(self, api, task):
        answer = api.send("/v2.23/tasks.get_by_id", json.dumps({"task": task}).encode(), method="GET")
        assert answer.json()["data"]["task"]["id"] == task

    @pytest.mark.parametrize("path", ["/v2.23/nothing.here", "/v0.5/tasks.get_all", "/v2.23/tasks.__class__"])
    def test_unknown_endpoints(self, api, task, path):
        assert api.send(path).status_code in (400, 404)
        assert api.send(path).json()["meta"]["result_subcode"] == 0

    @pytest.mark.parametrize("path", ["/v2/tasks.get_all", "/tasks", "/vX/tasks.get_all", "/v2.23/1tasks.get_all"])
    def test_malformed_paths(self, api, task, path):
        assert api.send(path).status_code in (400, 404)


class TestTypes:
    @pytest.mark.parametrize(
        ("endpoint", "body"),
        [
            ("tasks.create", {"name": 5, "type": "training"}),
            ("tasks.create", {"name": "typed", "type": "no such type"}),
            ("tasks.create", {"name": "typed", "type": "training", "tags": "not a list"}),
            ("tasks.create", {"name": "typed", "type": "training", "hyperparams": ["list"]}),
            ("tasks.create", {"type": "training"}),
            ("tasks.create", {"name": None, "type": "training"}),
            ("tasks.get_by_id", {"task": ["list"]}),
            ("tasks.get_by_id", {}),
            ("tasks.get_all", {"page": -1, "page_size": 10}),
            ("tasks.get_all", {"page": 0, "page_size": 0}),
            ("tasks.get_all", {"start": 0, "size": 0}),
            ("tasks.get_all", {"created": [1, 2, 3]}),
            ("models.create", {"name": "no uri"}),
        ],
    )
    def test_wrong_types_and_missing_fields(self, api, task, endpoint, body):
        assert refused(api, endpoint, **body) == "400/12"

    def test_page_without_size(self, api, task):
        assert refused(api, "tasks.get_all", page=0, page_size=None) == "400/11"

    def test_absurd_paging_finds_nothing(self, api, task):
        assert api.call("tasks.get_all", page=10**9, page_size=500)["tasks"] == []
        assert api.call("tasks.get_all", start=10**12, size=10)["tasks"] == []
        assert len(api.call("tasks.get_all", page=0, page_size=10**9)["tasks"]) <= 500

    def test_short_names(self, api, task):
        assert refused(api, "tasks.create", name="ab", type="training") == "400/800"
        assert refused(api, "projects.create", name="/ /") == "400/407"

    def test_unknown_fields_of_projections(self, api, task):
        assert refused(api, "tasks.get_all", only_fields=["no_such_field"]) == "400/14"

    @pytest.mark.parametrize("pattern", ["(", "[a-", "*", "(?P<x", "\\"])
    def test_invalid_expressions(self, api, task, pattern):
        assert refused(api, "tasks.get_all", name=pattern) == "400/21"
        assert refused(api, "tasks.get_all", _any_={"fields": ["name"], "pattern": pattern}) == "400/21"

    def test_explosive_expression_ends(self, api, task):
        api.call("tasks.create", name="a" * 60 + "b", type="training")
        started = time.monotonic()
        try:
            api.call("tasks.get_all", name="^(a+)+$")
        except ApiError as error:
            assert error.code == 400
        assert time.monotonic() - started < 10

    @pytest.mark.parametrize(
        "conditions",
        [
            {"tags": ["__$not"]},
            {"tags": ["__$strange", "a"]},
            {"tags": [1]},
            {"order_by": ["@text_score"]},
        ],
    )
    def test_broken_list_expressions(self, api, task, conditions):
        assert refused(api, "tasks.get_all", **conditions) == "400/16"

    def test_broken_filters(self, api, task):
        assert refused(api, "tasks.get_all", filters={"tags": {"any": "x"}}) == "400/12"
        assert refused(api, "tasks.get_all", _any_={"fields": ["name"]}) == "400/12"


UNKNOWN = uuid.uuid4().hex


class TestIds:
    @pytest.mark.parametrize(
        ("endpoint", "body", "error"),
        [
            ("tasks.get_by_id", {"task": UNKNOWN}, "400/101"),
            ("tasks.get_by_id", {"task": ""}, "400/101"),
            ("tasks.get_by_id", {"task": "'; --"}, "400/101"),
            ("tasks.edit", {"task": UNKNOWN, "name": "other"}, "400/101"),
            ("tasks.started", {"task": UNKNOWN}, "400/101"),
            ("tasks.delete", {"task": UNKNOWN, "force": True}, "400/101"),
            ("tasks.clone", {"task": UNKNOWN}, "400/101"),
            ("tasks.create", {"name": "child", "type": "training", "parent": UNKNOWN}, "400/16"),
            ("tasks.create", {"name": "child", "type": "training", "project": UNKNOWN}, "400/16"),
            ("tasks.enqueue", {"task": UNKNOWN}, "400/101"),
            ("models.get_by_id", {"model": UNKNOWN}, "400/201"),
            ("models.set_ready", {"model": UNKNOWN}, "400/201"),
            ("models.delete", {"model": UNKNOWN}, "400/201"),
            ("projects.get_by_id", {"project": UNKNOWN}, "400/401"),
            ("queues.get_by_id", {"queue": UNKNOWN}, "400/701"),
            ("queues.get_next_task", {"queue": UNKNOWN}, "400/701"),
            ("events.get_task_log", {"task": UNKNOWN}, "400/101"),
            ("events.scalar_metrics_iter_histogram", {"task": UNKNOWN}, "400/101"),
            ("events.get_task_events", {"task": UNKNOWN}, "400/101"),
        ],
    )
    def test_unknown_ids(self, api, task, endpoint, body, error):
        assert refused(api, endpoint, **body) == error

    def test_wrong_transitions(self, api, task):
        made = api.call("tasks.create", name="drafted", type="training")["id"]
        assert refused(api, "tasks.completed", task=made) == "400/110"
        assert refused(api, "tasks.publish", task=made) == "400/110"
        assert refused(api, "tasks.edit", task=task, name="renamed") == "400/110"
        assert refused(api, "tasks.delete", task=task) == "400/123"


class TestHostileText:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_names_are_stored_and_found_as_they_are(self, api, task, text):
        name = f"<{text}>"  # so that trimming has nothing to trim
        parameter = {"section": text, "name": text, "value": text}
        made = api.call(
            "tasks.create", name=name, type="training", comment=text, hyperparams={text: {text: parameter}}
        )["id"]
        found = api.task_by_id(made)
        name, text = stored(name), stored(text)
        assert (found["name"], found["comment"]) == (name, text)
        assert found["hyperparams"][text][text]["value"] == text
        assert names_of(api, id=[made], name=f"^{re.escape(name)}$") == [name]
        assert names_of(api, id=[made], **{f"hyperparams.{dotless(text)}.{dotless(text)}.value": [text]}) == [name]

    @pytest.mark.parametrize("text", [text for text in HOSTILE if not text.startswith("__$")])
    def test_tags_are_stored_and_found_as_they_are(self, api, task, text):
        made = api.call("tasks.create", name="tagged", type="training", tags=[text])["id"]
        assert api.task_by_id(made)["tags"] == [stored(text)]
        assert [found["id"] for found in api.call("tasks.get_all", id=[made], tags=["__$all", text])["tasks"]] == [made]

    @pytest.mark.parametrize("text", HOSTILE)
    def test_metrics_are_stored_and_found_as_they_are(self, api, project, text):
        made = api.call("tasks.create", name="measured", type="training", project=project)["id"]
        scalar = {"task": made, "type": "training_stats_scalar", "iter": 0, "value": 1.5}
        log = {"task": made, "type": "log", "level": "info", "msg": text}
        assert api.batch("events.add_batch", [{**scalar, "metric": text, "variant": text}, log])["added"] == 2
        assert api.console(made) == text
        # Clients look last metrics up by the hash of the name they sent.
        last = api.last_metric(api.task_by_id(made), text, text)
        text = stored(text)
        assert (last["metric"], last["variant"], last["value"]) == (text, text, 1.5)
        assert api.scalars(made) == {text: {text: [(0, 1.5)]}}
        assert api.scalars(made, metrics=[{"metric": text, "variants": [text]}]) == {text: {text: [(0, 1.5)]}}

    @pytest.mark.parametrize("field", ["user", "status", "project", "parent", "type", "system_tags", "id"])
    def test_hostile_filters_find_nothing(self, api, task, field):
        for text in HOSTILE:
            if not text.startswith("__$"):
                assert api.call("tasks.get_all", **{field: [text]})["tasks"] == []

    def test_hostile_words_and_orders(self, api, task):
        for text in HOSTILE:
            api.call("tasks.get_all", search_text=text)
            api.call("tasks.get_all", order_by=[f"hyperparams.{dotless(text)}.x.value"], page=0, page_size=1)

    def test_project_names(self, api, task):
        for text in ("Robert'); --/тест", "emoji 🚀/مرحبا", "a % b/c_d"):
            made = api.call("projects.create", name=text)["id"]
            assert api.project(text)["id"] == made

    def test_reserved_tags_are_refused(self, api, task):
        assert refused(api, "tasks.create", name="tagged", type="training", tags=["__$all"]) == "400/16"

    def test_ten_megabytes_of_text(self, api, task):
        text = "0123456789" * 1_000_000
        made = api.call("tasks.create", name="large", type="training", comment=text)["id"]
        assert api.task_by_id(made)["comment"] == text
        configuration = {"big": {"name": "big", "value": text}}
        api.call("tasks.edit", task=made, configuration=configuration)
        assert api.task_by_id(made)["configuration"]["big"]["value"] == text
        api.batch("events.add_batch", [{"task": made, "type": "log", "level": "info", "msg": text}])
        assert api.console(made) == text


def names_of(api, **conditions):
    return [found["name"] for found in api.call("tasks.get_all", **conditions)["tasks"]]


def dotless(text):
    """How clients write a key inside a dotted path."""
    escapes = str.maketrans({"%": "%%", ".": "%2E", "$": "%24"})
    return text.translate(escapes)


class TestEvents:
    def scalar(self, task_id, iteration, value):
        return {
            "task": task_id,
            "type": "training_stats_scalar",
            "metric": "n",
            "variant": "v",
            "iter": iteration,
            "value": value,
        }

    @pytest.fixture
    def measured(self, api, project):
        return api.call("tasks.create", name="numbers", type="training", project=project)["id"]

    def test_empty_batches(self, api, task):
        for content in (b"", b"\n\n"):
            answer = api.send("/v2.23/events.add_batch", content, "application/json-lines")
            assert (answer.status_code, answer.json()["meta"]["result_subcode"]) == (400, 17)

    def test_half_a_batch_is_refused_whole(self, api, task, measured):
        content = json.dumps(self.scalar(measured, 0, 1.0)).encode() + b'\n{"task": "' + measured.encode()
        answer = api.send("/v2.23/events.add_batch", content, "application/json-lines")
        assert answer.status_code == 400
        assert api.scalars(measured) == {}

    def test_bad_events_do_not_spoil_good_ones(self, api, task, measured):
        events = [
            self.scalar(measured, 0, 1.0),
            self.scalar(UNKNOWN, 0, 1.0),
            {**self.scalar(measured, 1, 1.0), "type": "no_such_type"},
            {"type": "log", "msg": "of no task"},
        ]
        answer = api.batch("events.add_batch", events)
        assert (answer["added"], answer["errors"]) == (1, 3)
        assert sum(answer["errors_info"].values()) == 3
        assert api.scalars(measured) == {"n": {"v": [(0, 1.0)]}}

    def test_only_bad_events(self, api, task):
        with pytest.raises(ApiError) as caught:
            api.batch("events.add_batch", [self.scalar(UNKNOWN, 0, 1.0)])
        assert (caught.value.code, caught.value.subcode) == (400, 131)

    def test_not_a_number_and_infinities(self, api, task, measured):
        values = [1.0, math.nan, math.inf, -math.inf, 3.0]
        api.batch("events.add_batch", [self.scalar(measured, i, value) for i, value in enumerate(values)])
        last = api.last_metric(api.task_by_id(measured), "n", "v")
        assert last["value"] == 3.0
        assert not math.isnan(last["min_value"]) and not math.isnan(last["max_value"])
        returned = dict(api.scalars(measured)["n"]["v"])
        assert (returned[0], returned[4]) == (1.0, 3.0)
        raw = api.call("events.scalar_metrics_iter_raw", task=measured, metric={"metric": "n"}, key="iter")
        assert math.isnan(raw["variants"]["v"]["y"][1])
        assert raw["variants"]["v"]["y"][2:4] == [math.inf, -math.inf]

    def test_negative_and_enormous_iterations(self, api, task, measured):
        iterations = [-5, 0, 2**40, 2**63 - 1]
        api.batch("events.add_batch", [self.scalar(measured, i, 1.0) for i in iterations])
        raw = api.call("events.scalar_metrics_iter_raw", task=measured, metric={"metric": "n"}, key="iter")
        assert raw["variants"]["v"]["iter"] == iterations
        assert api.call("events.scalar_metrics_iter_histogram", task=measured, samples=10)["n"]["v"]["x"]

    def test_iteration_beyond_64_bits(self, api, task, measured):
        with pytest.raises(ApiError) as caught:
            api.batch("events.add_batch", [self.scalar(measured, 0, 1.0), self.scalar(measured, 2**63, 1.0)])
        assert (caught.value.code, caught.value.subcode) == (500, 100)
        assert api.scalars(measured) == {"n": {"v": [(0, 1.0)]}}

    def test_published_tasks_take_no_events(self, api, task, measured):
        api.call("tasks.started", task=measured)
        api.call("tasks.completed", task=measured)
        api.call("tasks.publish", task=measured)
        with pytest.raises(ApiError) as caught:
            api.batch("events.add_batch", [self.scalar(measured, 0, 1.0)])
        assert (caught.value.code, caught.value.subcode) == (400, 131)


class TestTokens:
    @staticmethod
    def status(server, authorization, path="/v2.23/tasks.get_all"):
        headers = {"Authorization": authorization} if authorization else {}
        answer = requests.post(f"{server.api_url}{path}", json={}, headers=headers, timeout=30)
        meta = answer.json()["meta"]
        assert meta["result_code"] == answer.status_code
        return f"{answer.status_code}/{meta['result_subcode']}"

    def test_no_and_wrong_credentials(self, server, api, task):
        def basic(text):
            return "Basic " + base64.b64encode(text.encode()).decode()

        assert self.status(server, None) == "401/20"
        assert self.status(server, "Digest abc") == "401/10"
        assert self.status(server, basic(f"{ACCESS_KEY}:wrong")) == "401/22"
        assert self.status(server, basic("nobody:nothing")) == "401/22"
        assert self.status(server, "Basic !!!") in ("401/21", "401/22")
        assert self.status(server, basic("no colon")) in ("401/21", "401/22")
        assert self.status(server, "Bearer not.a.token") == "401/30"

    def test_forged_tokens(self, server, api, task):
        head, body, signature = api.token.split(".")

        def encode(value):
            return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        promoted = {**claims, "identity": {**claims["identity"], "role": "root"}}
        assert self.status(server, f"Bearer {head}.{encode(promoted)}.{signature}") == "401/30"
        assert self.status(server, f"Bearer {encode({'alg': 'none', 'typ': 'JWT'})}.{body}.") == "401/30"
        assert self.status(server, f"Bearer {head}.{body}.{signature[:-4]}AAAA") == "401/30"

    def test_expired_tokens(self, server, api, task):
        answer = requests.get(
            f"{server.api_url}/auth.login",
            params={"expiration_sec": 1},
            auth=(ACCESS_KEY, SECRET_KEY),
            timeout=30,
        )
        token = answer.json()["data"]["token"]
        body = token.split(".")[1]
        expires = json.loads(base64.urlsafe_b64decode(body + "=="))["exp"]
        while time.time() < expires + 0.5:
            time.sleep(0.1)
        assert self.status(server, f"Bearer {token}") == "401/30"

    def test_absurd_lifetime(self, server, api, task):
        assert refused(api, "auth.login", expiration_sec=10**10) in ("400/12", "400/16")

    def test_logged_out_and_revoked(self, server, api, task):
        made = api.call("auth.create_credentials", label="short-lived")["credentials"]
        other = Api(server, made["access_key"], made["secret_key"])
        bearer = f"Bearer {other.token}"
        assert self.status(server, bearer) == "200/0"
        api.call("auth.revoke_credentials", access_key=made["access_key"])
        assert self.status(server, bearer) == "401/30"
        with pytest.raises(ApiError) as caught:
            Api(server, made["access_key"], made["secret_key"])
        assert caught.value.code == 401
        third = Api(server, ACCESS_KEY, SECRET_KEY)
        third.call("auth.logout")
        assert self.status(server, f"Bearer {third.token}") == "401/30"


class TestFiles:
    PATHS = [
        "../secret.txt",
        "../../etc/passwd",
        "a/../../secret.txt",
        "%2e%2e/secret.txt",
        "..%2fsecret.txt",
        "%252e%252e%252fsecret.txt",
        "..%255csecret.txt",
        "..\\secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "a/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    ]

    def raw(self, server, api, method, path, **options):
        """Send a path exactly as given: requests would tidy it."""
        connection = http.client.HTTPConnection("127.0.0.1", server.files_port, timeout=30)
        try:
            connection.request(method, path, headers={**api.headers, **options.get("headers", {})}, body=options.get("body"))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    @pytest.mark.parametrize("path", PATHS)
    @pytest.mark.parametrize("prefix", ["/", "/files/"])
    def test_reading_and_deleting_outside_the_root(self, server, api, task, path, prefix):
        for method in ("GET", "HEAD", "DELETE"):
            status, content = self.raw(server, api, method, prefix + path)
            assert status in (400, 404)
            assert b"root:" not in content

    @pytest.mark.parametrize("path", PATHS)
    def test_writing_outside_the_root(self, server, api, task, path, tmp_path):
        outside = set(server.folder.iterdir())
        answer = requests.post(
            server.files_url, files={path: ("name", b"hostile")}, headers=api.headers, timeout=30
        )
        assert answer.status_code in (200, 400, 404)
        assert set(server.folder.iterdir()) == outside
        assert not (server.folder.parent / "secret.txt").exists()
        if answer.status_code == 200:  # stored under exactly that name, as a name is only a name
            (stored,) = answer.json()
            quoted = urllib.parse.quote(stored.lstrip("/"))
            status, content = self.raw(server, api, "GET", f"/{quoted}")
            assert (status, content) == (200, b"hostile")

    def test_many_deletions_outside_the_root(self, server, api, task):
        outside = set(server.folder.iterdir())
        paths = [f"never/stored/{path}" for path in self.PATHS if not path.startswith("/")]
        answer = requests.post(
            f"{server.files_url}/delete_many", json={"files": [*paths, ""]}, headers=api.headers, timeout=30
        )
        assert answer.status_code == 200
        assert answer.json()["deleted"] == {}
        assert sorted(sum(answer.json()["errors"].values(), [])) == sorted([*paths, ""])
        assert set(server.folder.iterdir()) == outside
        for body in (b"", b"[]", b"{}", b"{"):
            answer = requests.post(f"{server.files_url}/delete_many", data=body, headers=api.headers, timeout=30)
            assert answer.status_code == 400

    def test_strangers_are_refused(self, server, api, task):
        requests.post(server.files_url, files={"kept/a.txt": b"content"}, headers=api.headers, timeout=30)
        for headers in ({}, {"Authorization": "Bearer forged"}, {"Authorization": "Basic YTpi"}):
            url = f"{server.files_url}/kept/a.txt"
            assert requests.get(url, headers=headers, timeout=30).status_code == 401
            assert requests.delete(url, headers=headers, timeout=30).status_code == 401
            assert requests.post(server.files_url, files={"b": b"x"}, headers=headers, timeout=30).status_code == 401
        assert requests.get(url, headers=api.headers, timeout=30).content == b"content"

    def test_upload_cut_half_way_leaves_nothing(self, server, api, task):
        head = (
            f"POST / HTTP/1.1\r\nHost: files\r\nAuthorization: Bearer {api.token}\r\n"
            "Content-Type: multipart/form-data; boundary=cut\r\nContent-Length: 1000000\r\n\r\n"
            '--cut\r\nContent-Disposition: form-data; name="cut/half.bin"; filename="half.bin"\r\n\r\n'
        )
        with socket.create_connection(("127.0.0.1", server.files_port), timeout=30) as connection:
            connection.sendall(head.encode() + b"x" * 500_000)
        assert api.fetch(f"{server.files_url}/cut/half.bin").status_code == 404

    @pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data", "multipart/form-data; boundary="])
    def test_uploads_that_are_no_forms(self, server, api, task, content_type):
        headers = {**api.headers, "Content-Type": content_type}
        answer = requests.post(server.files_url, data=b"garbage", headers=headers, timeout=30)
        assert answer.status_code in (200, 400, 415)
        if answer.status_code == 200:
            assert answer.json() == []

    def test_hostile_names_are_only_names(self, server, api, task):
        for text in HOSTILE:
            if "\x00" in text or "\n" in text:
                continue
            name = "names/" + urllib.parse.quote(text, safe="")
            answer = requests.post(server.files_url, files={name: ("f", text.encode())}, headers=api.headers, timeout=30)
            assert answer.status_code == 200
            assert api.fetch(f"{server.files_url}/{urllib.parse.quote(name)}").content == text.encode()
