"""Where `arno agent` gets a task's code and its Python from: a git server with a password, submodules, notebooks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support import git
from support.arno_agent import Machine, draft, enqueue, over
from support.sdk import Sdk
from support.wheels import write_wheel


@pytest.fixture(scope="module")
def machine(binary, server, request, tmp_path_factory):
    sdk = Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))
    return Machine(binary, sdk)


@pytest.fixture(scope="module")
def repositories(tmp_path_factory):
    """An address with the repository `code`, which has `lib` as a submodule."""
    folder = tmp_path_factory.mktemp("repositories")
    git.commit(folder / "lib", "a library", helper="def greet():\n    return 'greetings from the submodule'\n")
    git.commit(folder / "code", "first", train="import lib.helper\nprint(lib.helper.greet())\n")
    # Its relative address is seen from the server's.
    (folder / "code/.gitmodules").write_text('[submodule "lib"]\n\tpath = lib\n\turl = ../lib.git\n')
    head = git.git(folder / "lib", "rev-parse", "HEAD")
    git.git(folder / "code", "update-index", "--add", "--cacheinfo", f"160000,{head},lib")
    git.git(folder / "code", "add", ".gitmodules")
    git.git(folder / "code", "commit", "--quiet", "-m", "with a submodule")
    for name in ("code", "lib"):
        git.git(folder, "clone", "--quiet", "--bare", name, f"{name}.git")
    with git.server(folder) as address:
        yield address


def credentials(password):
    return {"CLEARML_AGENT_GIT_USER": git.USER, "CLEARML_AGENT_GIT_PASS": password}


def test_a_password_opens_repository_and_submodule_and_shows_nowhere(machine, repositories, api):
    script = {"repository": f"{repositories}/code.git", "branch": "main", "entry_point": "train.py"}
    with machine.daemon("arno-git:0", "arno-git", **credentials(git.PASSWORD)) as log:
        task = over(api, enqueue(api, draft(api, "private", **script), "arno-git"))
    console = api.console(task["id"])
    assert task["status"] == "completed", console
    assert "greetings from the submodule" in console
    assert git.PASSWORD not in console + log.read_text()
    kept = machine.sdk.folder / "home/.arno/agent/repositories"
    configurations = list(kept.glob("*/config"))
    assert configurations and not any(git.PASSWORD in path.read_text() for path in configurations)


@pytest.mark.parametrize("given", [{}, credentials("wrong")], ids=["none", "wrong"])
def test_without_the_password_it_is_said_what_to_do(machine, repositories, api, given):
    script = {"repository": f"{repositories}/code.git", "branch": "main", "entry_point": "train.py"}
    with machine.daemon("arno-git:0", "arno-git", **given):
        task = over(api, enqueue(api, draft(api, "locked out", **script), "arno-git"))
    assert (task["status"], task["status_reason"]) == ("failed", "failed cloning repository")
    assert "agent.git_user" in task["status_message"], task["status_message"]


class TestPythons:
    @pytest.fixture(scope="class")
    @classmethod
    def programs(cls, tmp_path_factory):
        """A folder with two Pythons whose versions no machine has otherwise."""
        folder = tmp_path_factory.mktemp("pythons")
        for version in ("3.77", "3.79"):
            program = folder / f"python{version}"
            program.write_text(
                f'#!/bin/sh\n[ "$1" = --version ] && exec echo Python {version}.1\n'
                f'PYTHON_SAYS={version} exec {sys.executable} "$@"\n'
            )
            program.chmod(0o755)
        return folder

    @pytest.mark.parametrize(("recorded", "used"), [("3.77", "3.77"), ("3.79", "3.79"), ("3.78", "3.79"), ("3.76", "3.77")])
    def test_the_recorded_one_runs_or_the_nearest_with_a_warning(self, machine, programs, api, recorded, used):
        path = f"{programs}:{machine.sdk.env['PATH']}"
        with machine.daemon("arno-pythons:0", "arno-pythons", PATH=path):
            code = "import os\nprint('this is', os.environ['PYTHON_SAYS'])\n"
            task = over(api, enqueue(api, draft(api, "versions", code, binary=f"python{recorded}"), "arno-pythons"))
        console = api.console(task["id"])
        assert f"this is {used}" in console, console
        warned = f"WARNING: the task was recorded with Python {recorded}" in console
        assert warned == (recorded != used), console


def own_environment(folder, python):
    """The Python of an environment of one's own, on top of another one's packages."""
    subprocess.run([python, "-m", "venv", "--without-pip", folder], check=True)
    find = "import sysconfig; print(sysconfig.get_path('purelib'))"
    own, other = (
        Path(subprocess.run([which, "-c", find], check=True, capture_output=True, text=True).stdout.strip())
        for which in (folder / "bin/python", python)
    )
    (own / "other.pth").write_text(f"{other}\n")
    return folder / "bin/python"


class TestNotebook:
    @staticmethod
    def notebook(path, *cells):
        cells = [
            {"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {}, "outputs": [], "source": source}
            for number, source in enumerate(cells)
        ]
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        path.write_text(json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}))
        return path

    def test_execute_remotely_from_a_notebook_with_its_pip_lines(self, machine, api, tmp_path):
        """What a cell installs is recorded as a package, and the agent makes an environment that has it and the SDK."""
        write_wheel(tmp_path)
        python = own_environment(tmp_path / "environment", machine.sdk.python)
        # The kernel would end as it should, and whoever runs the cells would wait for it in vain.
        stay = "import clearml.task\nclearml.task.leave_process = lambda *_: None\n"
        book = self.notebook(
            tmp_path / "remote.ipynb",
            f"!{python} -m pip install --quiet --no-index --find-links {tmp_path} packed",
            "import packed",
            stay + "from clearml import Task\ntask = Task.init('Arno/Notebooks', 'remote')\nprint('before')",
            "task.execute_remotely('arno-notebooks')",
            "if not Task.running_locally():\n    print('over there:', packed.NAME, packed.__file__)",
        )
        api.call("queues.create", name="arno-notebooks")
        shared = Path(machine.sdk.python).parent.parent / "share/jupyter"
        machine.sdk.run([python, "run_notebook.py", book], cwd=machine.sdk.copied_examples(), JUPYTER_PATH=str(shared))
        settings = {
            "CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL": "",
            "CLEARML_EXTRA_PIP_INSTALL_FLAGS": f"--find-links {tmp_path}",
        }
        with machine.daemon("arno-notebooks:0", "arno-notebooks", **settings):
            task = over(api, api.task("Arno/Notebooks", "remote")["id"])
        console = api.console(task["id"])
        assert task["status"] == "completed", console
        assert "packed==1.0" in task["script"]["requirements"]["pip"] and "over there: packed here" in console

    def test_a_notebook_of_a_repository_installs_what_it_needs(self, machine, api, tmp_path):
        """Its `!` lines run as in Jupyter."""
        write_wheel(tmp_path)
        folder = tmp_path / "books"
        folder.mkdir()
        self.notebook(
            folder / "book.ipynb",
            f"!pip install --quiet --no-index --find-links {tmp_path} --target here packed",
            "import sys\nsys.path.insert(0, 'here')\nimport packed\nprint('installed:', packed.NAME)",
        )
        git.commit(folder, "a notebook")
        script = {"repository": str(folder), "branch": "main", "entry_point": "book.ipynb"}
        with machine.daemon("arno-books:0", "arno-books"):
            task = over(api, enqueue(api, draft(api, "a notebook", **script), "arno-books"))
        console = api.console(task["id"])
        assert task["status"] == "completed", console
        assert "installed: packed here" in console


def test_a_repository_with_a_project_for_uv(machine, api, tmp_path):
    """Its own description counts, not what was recorded."""
    write_wheel(tmp_path)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        "[project]\nname = 'project'\nversion = '0'\nrequires-python = '>=3.8'\ndependencies = ['packed == 1.0']\n"
    )
    git.commit(folder, "a project", train="import packed\nprint('of the project:', packed.NAME)\n")
    script = {"repository": str(folder), "branch": "main", "entry_point": "train.py"}
    settings = {
        "CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL": "",
        "CLEARML_AGENT_FORCE_UV": "1",
        "CLEARML_EXTRA_PIP_INSTALL_FLAGS": f"--find-links {tmp_path}",
    }
    with machine.daemon("arno-project:0", "arno-project", **settings):
        made = draft(api, "a project", requirements={"pip": "no-such-package-of-the-tests"}, **script)
        task = over(api, enqueue(api, made, "arno-project"))
    console = api.console(task["id"])
    assert task["status"] == "completed" and "of the project: packed here" in console, console
    assert "packed==1.0" in task["script"]["requirements"]["pip"]
