"""Runs scenarios (the YAML files of this folder) against any server that speaks the protocol. It knows nothing but
the server's URL and an administrator's key pair, and every scenario makes the objects it works with.

    python tests/scenarios/runner.py --url http://localhost:8008 --access-key … --secret-key … [files …]

README.md in this folder describes the format.
"""

import argparse
import hashlib
import json
import re
import sys
import uuid
from datetime import datetime, timedelta, timezone
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import requests
import yaml

FOLDER = Path(__file__).parent
TIMEOUT = 60
STEP_KEYS = {"version", "method", "headers", "auth", "query", "lines", "text", "save", "expect"} | {
    "repeat", "error", "message", "meta", "status", "response_headers", "response_text"
}
TYPES = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "null": lambda value: value is None,
    "id": lambda value: isinstance(value, str) and re.fullmatch(r"[0-9a-f]{32}", value) is not None,
    "date": lambda value: isinstance(value, str)
    and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00", value) is not None,
}
MISSING = object()


class Difference(AssertionError):
    """An answer is not what a scenario expects."""


class Matcher:
    """What a YAML tag says of a value; `check` raises Difference."""

    def __init__(self, kind, argument):
        self.kind, self.argument = kind, argument

    def __repr__(self):
        return f"!{self.kind} {self.argument!r}"

    def check(self, found, place):
        wanted = self.argument
        if self.kind in ("absent", "nothing"):
            require(found is MISSING or (self.kind == "nothing" and found is None), place, found, self)
            return
        require(found is not MISSING, place, found, self)
        if self.kind == "type":
            require(TYPES[wanted](found), place, found, self)
        elif self.kind == "regex":
            require(isinstance(found, str) and re.search(wanted, found), place, found, self)
        elif self.kind == "not":
            require(found != wanted, place, found, self)
        elif self.kind == "exact":
            require(found == wanted and type(found) is type(wanted), place, found, self)
        elif self.kind == "names":
            require([item.get("name") for item in found] == wanted, place, found, self)
        elif self.kind == "length":
            require(len(found) == wanted, place, found, self)
        elif self.kind == "unordered":
            require(isinstance(found, list) and len(found) == len(wanted), place, found, self)
            for item in wanted:
                require(any(matches(item, one) for one in found), place, found, item)
        elif self.kind == "has":
            for item in wanted:
                require(any(matches(item, one) for one in found), place, found, item)
        elif self.kind == "without":
            for item in wanted:
                require(not any(matches(item, one) for one in found), place, found, self)


MATCHERS = ("type", "regex", "not", "exact", "length", "unordered", "names", "has", "without", "absent", "nothing")


class Loader(yaml.SafeLoader):
    """YAML with a tag for each matcher."""


def construct(loader, kind, node):
    if isinstance(node, yaml.ScalarNode):
        # As YAML without the tag reads it, so that `!length 2` is a number and `!regex "2"` a text.
        tag = loader.resolve(yaml.ScalarNode, node.value, (not node.style, bool(node.style)))
        return Matcher(kind, loader.construct_object(yaml.ScalarNode(tag, node.value)))
    if isinstance(node, yaml.SequenceNode):
        return Matcher(kind, loader.construct_sequence(node, deep=True))
    return Matcher(kind, loader.construct_mapping(node, deep=True))


for name in MATCHERS:
    Loader.add_constructor(f"!{name}", lambda loader, node, kind=name: construct(loader, kind, node))


def require(truth, place, found, wanted):
    if not truth:
        shown = "nothing" if found is MISSING else repr(found)
        raise Difference(f"at {place or 'the top'}: expected {wanted!r}, found {shown[:2000]}")


def compare(wanted, found, place=""):
    """Objects hold at least the expected fields, lists exactly the expected items, everything else is equal."""
    if isinstance(wanted, Matcher):
        wanted.check(found, place)
    elif isinstance(wanted, dict):
        require(isinstance(found, dict), place, found, wanted)
        for key, value in wanted.items():
            compare(value, found.get(key, MISSING), f"{place}.{key}" if place else str(key))
    elif isinstance(wanted, list):
        require(isinstance(found, list) and len(found) == len(wanted), place, found, wanted)
        for index, value in enumerate(wanted):
            compare(value, found[index], f"{place}[{index}]")
    else:
        same_kind = isinstance(found, bool) == isinstance(wanted, bool)
        require(found is not MISSING and same_kind and found == wanted, place, found, wanted)


def matches(wanted, found):
    try:
        compare(wanted, found)
    except Difference:
        return False
    return True


class Variables(dict):
    """The values of a case, which may name others, and what was saved. `$$` begins a text that begins with `$`.

    What `$name` and `${name}` stand for. `${md5:text}`, `${ago:seconds}` (a date) and `${ms:seconds}` (a time
    stamp in milliseconds that many seconds ago) are computed."""

    def __init__(self, case, **known):
        super().__init__(known)
        self.case = case

    def lookup(self, name):
        function, colon, argument = name.partition(":")
        if not colon:
            return self.fill(self.case[name]) if name in self.case else self[name]
        if function == "md5":
            return hashlib.md5(argument.encode()).hexdigest()
        moment = datetime.now(timezone.utc) - timedelta(seconds=float(argument))
        return moment.isoformat(timespec="milliseconds") if function == "ago" else int(moment.timestamp() * 1000)

    def fill(self, value):
        if isinstance(value, str):
            if value.startswith("$$"):
                return value[1:]
            whole = re.fullmatch(r"\$(\w+)|\$\{([^}]+)\}", value)
            if whole:
                return self.lookup(whole[1] or whole[2])
            return re.sub(r"\$\{([^}]+)\}", lambda found: str(self.lookup(found[1])), value)
        if isinstance(value, dict):
            filled = {self.fill(key): self.fill(item) for key, item in value.items()}
            # `"<": $name` puts the fields of an object among the others.
            return filled | filled.pop("<", {})
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, Matcher):
            return Matcher(value.kind, self.fill(value.argument))
        return value


class Client:
    """A server and an administrator's token for it."""

    def __init__(self, url, access_key, secret_key):
        self.url = url.rstrip("/")
        self.http = requests.Session()
        # Cookies are a matter of the scenarios.
        self.http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.keys = (access_key, secret_key)
        self.token = self.http.post(f"{self.url}/auth.login", auth=self.keys, timeout=TIMEOUT).json()["data"]["token"]

    def send(self, step, endpoint, body):
        headers = {"Content-Type": "application/json", **step.get("headers", {})}
        if "lines" in step:
            headers["Content-Type"] = "application/json-lines"
        auth = step.get("auth", {"bearer": self.token})
        basic = None
        if auth == "keys":
            basic = self.keys
        elif auth != "none" and "basic" in auth:
            basic = tuple(auth["basic"])
        elif auth != "none":
            headers["Authorization"] = f"Bearer {auth['bearer']}"
        version = step.get("version")
        path = endpoint if endpoint.startswith("/") else f"/v{version}/{endpoint}" if version else f"/{endpoint}"
        query = f"?{step['query']}" if "query" in step else ""
        content = step.get("text")
        if content is None and "lines" in step:
            content = "\n".join(json.dumps(line) for line in step["lines"])
        if content is None:
            content = "" if body is MISSING else json.dumps(body)
        method = step.get("method", "POST")
        return self.http.request(
            method, self.url + path + query, data=content.encode(), headers=headers, auth=basic, timeout=TIMEOUT
        )


class Scenario:
    """One case of one entry of a file."""

    def __init__(self, file, setup, entry, case):
        self.case = case
        self.name = f"{file.stem}: " + entry["name"].format(**case)
        self.steps = [*setup, *entry["steps"]]

    def run(self, client):
        unique = uuid.uuid4().hex[:12]
        variables = Variables(self.case, unique=unique, missing="0" * 32, access_key=client.keys[0], secret_key=client.keys[1], token=client.token)
        for number, step in enumerate(self.steps, 1):
            try:
                self.take(client, step, variables)
            except (Difference, KeyError, ValueError) as fault:
                raise Difference(f"{self.name}, step {number} {step!r}\n{fault!r}"[:6000]) from fault

    def take(self, client, raw, variables):
        calls = [key for key in raw if key not in STEP_KEYS]
        if len(calls) != 1:
            raise ValueError(f"a step makes one call, this one {calls}")
        step = {key: value if key == "save" else variables.fill(value) for key, value in raw.items()}
        endpoint = variables.fill(calls[0])
        body = step.pop(calls[0])
        for _ in range(step.get("repeat", 1)):
            answer = client.send(step, endpoint, MISSING if body is None else body)
        check(step, answer)
        data = json.loads(answer.text)["data"] if step.get("save") else {}
        for name, path in step.get("save", {}).items():
            value = data
            for part in path.split("."):
                value = value[int(part)] if isinstance(value, list) else value[part]
            variables[name] = value


def check(step, answer):
    code, _, subcode = str(step.get("error", "200/0")).partition("/")
    status = step.get("status", int(code))
    require(answer.status_code == status, "the status", f"{answer.status_code}: {answer.text}", status)
    for name, wanted in step.get("response_headers", {}).items():
        compare(wanted, answer.headers.get(name, MISSING), f"header {name}")
    if "response_text" in step:
        compare(step["response_text"], answer.text, "the text")
        return
    if "status" in step:
        return
    envelope = json.loads(answer.text)
    meta = envelope["meta"]
    require(meta["result_code"] == status, "result_code", meta, status)
    require(meta["result_subcode"] == int(subcode), "result_subcode", meta, subcode)
    if "error" in step:
        require(envelope["data"] == {}, "data", envelope["data"], {})
    compare(step.get("meta", {}), meta, "meta")
    if "message" in step:
        compare(step["message"], meta["result_msg"], "result_msg")
    compare(step.get("expect", {}), envelope["data"], "")


def load(paths):
    """The scenarios of these files, in their order."""
    found = []
    for path in map(Path, paths):
        content = yaml.load(path.read_text(), Loader)
        for entry in content["scenarios"]:
            for case in entry.get("cases", [{}]):
                found.append(Scenario(path, content.get("setup", []), entry, case))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="where the API is")
    parser.add_argument("--access-key", required=True)
    parser.add_argument("--secret-key", required=True)
    parser.add_argument("files", nargs="*", help="files of scenarios, by default all of this folder")
    options = parser.parse_args()
    client = Client(options.url, options.access_key, options.secret_key)
    scenarios = load(options.files or sorted(FOLDER.glob("*.yaml")))
    failed = 0
    for scenario in scenarios:
        try:
            scenario.run(client)
        except Difference as difference:
            failed += 1
            print(f"FAILED {difference}\n")
    print(f"{len(scenarios) - failed} of {len(scenarios)} scenarios passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
