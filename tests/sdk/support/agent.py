"""The official clearml-agent as a daemon, and waiting for what it does."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager

# Generous: it only ends a wait for what never comes, also on a machine that is busy with other work.
WITHIN = 600.0


def eventually(check, what, every=0.1):
    """The first truthy result of `check`, asked again and again (seconds); fails with `what()` when there is none."""
    deadline = time.monotonic() + WITHIN
    while not (result := check()):
        assert time.monotonic() < deadline, f"not within {WITHIN:.0f} s: {what()}"
        time.sleep(every)
    return result


@contextmanager
def background(sdk, name, command, **extra_env):
    """A process that runs until the block ends, when its whole group is ended; yields its log's path."""
    log_path = sdk.folder / f"{name}.log"
    with open(log_path, "wb") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=sdk.folder,
            env={**sdk.env, **extra_env},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield log_path
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def daemon(sdk, worker, *arguments):
    """`clearml-agent daemon` under this worker's id."""
    command = [sdk.tool_path("clearml-agent"), "daemon", "--foreground", *arguments]
    return background(sdk, worker.replace(":", "_"), command, CLEARML_WORKER_ID=worker)
