"""The API's description is valid and costs little."""

import requests
from conftest import sign_in
from openapi_spec_validator import validate

# Made of a large table, and kept as text alone; the requests of other tests may have come before.
LIMIT_KB = 32 * 1024


def own_memory_kb(pid):
    """What the server allocated; pages of the program's file come and go with the system's cache."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon:"))


def test_the_description_is_valid_and_kept_by_its_tag(server):
    answer = requests.get(f"{server.api_url}/api/v1/openapi.json", timeout=60)
    document = answer.json()
    validate(document)
    names = {path.removeprefix("/") for path in document["paths"]}
    assert {"tasks.get_all", "events.add_batch", "auth.login"} <= names
    again = requests.get(
        f"{server.web_url}/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]}, timeout=60
    )
    assert (again.status_code, again.content) == (304, b"")
    assert own_memory_kb(server.process.pid) < LIMIT_KB


def test_every_endpoint_of_the_server_is_described(server):
    document = requests.get(f"{server.api_url}/api/v1/openapi.json", timeout=60).json()
    listed = {line["name"] for lines in sign_in(server).call("server.endpoints").values() for line in lines}
    protocol = {path.removeprefix("/") for path in document["paths"] if path.count("/") == 1}
    assert protocol == listed
