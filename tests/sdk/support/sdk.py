"""Runs scripts and command-line tools of the unmodified SDK against one server, each in its own folder."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from .server import ACCESS_KEY, SECRET_KEY

REPOSITORY = Path(__file__).resolve().parents[3]
EXAMPLES = REPOSITORY / "examples"
# Generous: it only ends what hangs, also on a machine that is busy with other work.
SCRIPT_TIMEOUT = 600

# The SDK's reporting sub-process makes every `close` wait up to ten seconds for its two five-second naps, so all but
# the tests of that very mode report from a thread, which is a documented setting of the SDK.
CONFIGURATION = "sdk.development.report_use_subprocess: false\n"


def sdk_environment(server, home, configuration=CONFIGURATION):
    """The SDK is configured by environment alone; caches and home are the test's own."""
    home = Path(home)
    home.mkdir(parents=True, exist_ok=True)
    config_file = home / "sdk.conf"
    config_file.write_text(configuration)
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "TMPDIR": str(make(home / "tmp")),
        "CLEARML_API_HOST": server.api_url,
        "CLEARML_WEB_HOST": server.web_url,
        "CLEARML_FILES_HOST": server.files_url,
        "CLEARML_API_ACCESS_KEY": ACCESS_KEY,
        "CLEARML_API_SECRET_KEY": SECRET_KEY,
        "CLEARML_CONFIG_FILE": str(config_file),
        "CLEARML_CACHE_DIR": str(home / "cache"),
        "CLEARML_SUPPRESS_UPDATE_MESSAGE": "1",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def make(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Sdk:
    """A user's machine: a home, a copy of the examples, and a Python with the SDK installed."""

    def __init__(self, server, folder, python=sys.executable):
        self.server = server
        self.folder = make(Path(folder))
        self.python = str(python)
        self.examples = self.folder / "examples"
        self.env = sdk_environment(server, self.folder / "home")

    def run(self, command, expect=0, cwd=None, stdin=None, **extra_env):
        """Run a command to its end and check its exit code; `stdout` of the result holds both its streams."""
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd or self.folder,
            env={**self.env, **extra_env},
            stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(stdin, timeout=SCRIPT_TIMEOUT)
        except subprocess.TimeoutExpired:
            # The SDK forks and starts sub-processes, which must not outlive the test.
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            raise AssertionError(f"{command} took longer than {SCRIPT_TIMEOUT} s:\n{output[-6000:]}") from None
        done = subprocess.CompletedProcess(command, process.returncode, output)
        assert done.returncode == expect, f"{command} ended with {done.returncode}:\n{done.stdout[-6000:]}"
        return done

    def copied_examples(self):
        """This machine's own copy of the examples' folder."""
        if not self.examples.exists():
            shutil.copytree(EXAMPLES, self.examples, ignore=shutil.ignore_patterns("__pycache__"))
        return self.examples

    def example(self, name, *arguments, **options):
        """Run a copy of an example, as a user in the examples' folder would."""
        return self.run([self.python, name, *arguments], cwd=self.copied_examples(), **options)

    def script(self, source, *arguments, name="script.py", **options):
        """Run Python source written in a test."""
        path = self.folder / name
        path.write_text(source)
        return self.run([self.python, path, *arguments], **options)

    def tool_path(self, name):
        """A command-line tool that is installed beside this machine's Python."""
        return Path(self.python).parent / name

    def tool(self, name, *arguments, **options):
        """Run one of the command-line tools."""
        return self.run([self.tool_path(name), *arguments], **options)
