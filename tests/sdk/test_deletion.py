"""Deleting through the SDK frees the space, on the file server and in a bucket of the user's own."""

import time

import pytest
from support.s3 import BUCKET, KEY, SECRET

pytestmark = pytest.mark.core

WITHIN = 60.0

TASK = """
import sys
from clearml import Task
from PIL import Image

task = Task.init(project_name="Deletion", task_name=sys.argv[1], output_uri=sys.argv[2])
task.upload_artifact("numbers", list(range(20_000)), wait_on_upload=True)
task.get_logger().report_image("images", "square", iteration=1, image=Image.new("RGB", (64, 64), "red"))
task.flush(wait_for_uploads=True)
task.close()
"""

CONFIGURATION = """
sdk.development.report_use_subprocess: false
sdk.aws.s3.credentials: [
  {{host: "{host}", key: "{key}", secret: "{secret}", multipart: false, secure: false}}
]
"""


def eventually(what, within=WITHIN):
    """Waits for background work: nothing tells a client that it is done."""
    deadline = time.monotonic() + within
    while not what():
        assert time.monotonic() < deadline, f"not within {within:.0f} s"
        time.sleep(0.1)


def uris(api, task):
    samples = [url for iterations in api.samples(task["id"]).values() for url in iterations.values()]
    return [artifact["uri"] for artifact in task["execution"]["artifacts"]] + samples


def test_files_go_with_the_task(sdk, api, server):
    sdk.script(TASK, "on the file server", server.files_url)
    task = api.task("Deletion", "on the file server")
    stored = uris(api, task)
    assert len(stored) == 2
    for url in stored:
        assert api.file(url)
    answer = api.call("tasks.delete", task=task["id"], force=True, return_file_urls=True)
    assert answer["urls"]["artifact_urls"] == stored[:1]
    eventually(lambda: all(api.fetch(url).status_code == 404 for url in stored))


def test_objects_go_with_the_task(sdk, api, object_store):
    (sdk.folder / "home" / "sdk.conf").write_text(
        CONFIGURATION.format(host=object_store.host, key=KEY, secret=SECRET)
    )
    destination = f"s3://{object_store.host}/{BUCKET}/users own"
    sdk.script(TASK, "in a bucket", destination)
    task = api.task("Deletion", "in a bucket")
    (artifact,) = [uri for uri in uris(api, task) if uri.startswith("s3://")]
    key = artifact.removeprefix(f"s3://{object_store.host}/{BUCKET}/")
    assert key in object_store.keys()
    bucket = {"host": object_store.host, "bucket": BUCKET, "key": KEY, "secret": SECRET, "secure": False}
    assert api.call("storage.set_settings", aws={"buckets": [bucket]}) == {"updated": 1}
    api.call("tasks.delete", task=task["id"], force=True)
    eventually(lambda: key not in object_store.keys())
    assert api.call("storage.reset_settings", keys=["aws"]) == {"updated": 1}
