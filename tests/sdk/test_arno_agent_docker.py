"""What only containers have: images, options, set-up scripts, and limits that the kernel keeps. Against a real engine."""

import io
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

from support import docker
from support.agent import background, eventually
from support.arno_agent import ENDLESS, Machine, draft, enqueue, over, running
from support.sdk import Sdk
from support.wheels import write_wheel

QUEUE, WORKER = "containers", "containers:0"
# A machine with two devices whose driver knows CUDA 12.2.
NVIDIA_SMI = """#!/bin/sh
case "$1" in
--query-gpu=index,uuid*) printf '0, GPU-aaaa\\n1, GPU-bbbb\\n' ;;
--query-gpu*) printf '0, 1, 10, 1000, 30\\n1, 1, 10, 1000, 30\\n' ;;
*) echo '| NVIDIA-SMI 535.104.05   Driver Version: 535.104.05   CUDA Version: 12.2     |' ;;
esac
"""


@pytest.fixture(scope="module")
def open_folder():
    """A folder that every user can look into."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def engine(binary, open_folder):
    folder = open_folder / "docker"
    folder.mkdir()
    with docker.engine(folder, binary) as engine:
        empty = folder / "empty.tar"
        with tarfile.open(empty, "w") as archive:
            note = tarfile.TarInfo("note")
            archive.addfile(note, io.BytesIO())
        engine.import_image("arno-tests:cuda12", empty, CUDA_VERSION="12.1.0")
        engine.import_image("arno-tests:cuda13", empty, CUDA_VERSION="13.0.1")
        yield engine
        assert engine.containers() == []


@pytest.fixture(scope="module")
def machine(binary, server, engine, request, tmp_path_factory):
    sdk = Sdk(server, tmp_path_factory.mktemp("machine"), request.config.getoption("--sdk-python"))
    sdk.env["DOCKER_HOST"] = engine.host
    return Machine(binary, sdk)


@pytest.fixture(scope="module")
def agent(machine):
    with machine.daemon(WORKER, QUEUE, "--docker", docker.IMAGE):
        yield


def run(api, name, code, queue=QUEUE, script=None, **container):
    task = draft(api, name, code, **(script or {}))
    api.call("tasks.edit", task=task, container=container)
    return over(api, enqueue(api, task, queue))


def test_the_default_image_is_recorded_and_the_set_up_script_runs_first(agent, api):
    code = "import os\nprint('says', open('/tmp/set-up').read(), os.environ['CLEARML_DOCKER_IMAGE'], os.getpid() > 1)\n"
    task = run(api, "set up", code, setup_shell_script="# a comment\nprintf prepared >/tmp/set-up\n")
    assert f"says prepared {docker.IMAGE} True" in api.console(task["id"]), api.console(task["id"])
    assert task["container"]["image"] == docker.IMAGE


def test_a_set_up_script_that_fails_is_told(agent, api):
    task = run(api, "set up badly", "print('nevertheless')\n", setup_shell_script="exit 7")
    console = api.console(task["id"])
    assert task["status"] == "completed" and "exit status: 7" in console and "nevertheless" in console


def test_options_of_tasks_are_harmless_ones(agent, api, tmp_path):
    code = "import os\nprint('A is', os.environ['A'], os.path.exists('/outside'), os.environ['PATH'])\n"
    options = f"-e A='x y' --privileged -v {tmp_path}:/outside --hostname box"
    console = api.console(run(api, "options", code, image=docker.IMAGE, arguments=options)["id"])
    assert "A is x y False" in console, console
    assert "container option --privileged is not open to tasks" in console
    assert "container option -v is not open to tasks" in console
    # Nothing of the agent's own surroundings is in a container.
    assert os.environ["PATH"] not in console


@pytest.mark.parametrize(
    ("image", "told"),
    [
        ("nosuch/image:1", ["image nosuch/image:1 is not on this machine and cannot be pulled", docker.IMAGE]),
        ("../containers", ["is no name of an image"]),
        ("arno-tests:cuda12", ["must be able to start in the image"]),
    ],
    ids=["missing", "malformed", "without libraries"],
)
def test_an_image_that_cannot_be_used_is_refused_with_the_reason(agent, api, image, told):
    task = run(api, "bad image", "print('never')\n", image=image)
    assert task["status"] == "failed"
    assert not [words for words in told if words not in task["status_message"]], task["status_message"]


def test_a_task_is_stopped_while_its_image_is_pulled(agent, api):
    """From a registry that takes the call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        task = draft(api, "pulling", "print('never')\n")
        api.call("tasks.edit", task=task, container={"image": f"127.0.0.1:{silent.getsockname()[1]}/slow:1"})
        enqueue(api, task, QUEUE)
        eventually(lambda: "is being pulled" in api.console(task), lambda: api.console(task))
        api.call("tasks.stop", task=task)
        assert over(api, task)["status"] == "stopped"
    assert api.console(task).endswith("Process aborted by user")


def test_memory_is_kept_by_the_kernel_and_its_end_is_named(agent, api):
    code = "data = []\nwhile True: data.append(bytearray(10_000_000))\n"
    task = run(api, "greedy", code, image=docker.IMAGE, arguments="--memory 80m")
    assert task["status"] == "failed" and "its limit is 80 MB" in task["status_message"], task["status_message"]


def test_a_container_that_somebody_kills_is_reported(agent, engine, api):
    task = running(api, "killed outside", ENDLESS, QUEUE)
    assert f"arno-{task}" in engine.containers()
    assert engine.call("POST", f"/containers/arno-{task}/kill", signal="KILL")[0] == 204
    ended = over(api, task)
    assert ended["status"] == "failed" and "the run was lost" in ended["status_message"]
    eventually(lambda: f"arno-{task}" not in engine.containers(), lambda: str(engine.containers()))


class TestDevices:
    @pytest.fixture(scope="class")
    @classmethod
    def path(cls, machine, tmp_path_factory):
        """Programs of a machine with devices."""
        folder = tmp_path_factory.mktemp("programs")
        (folder / "nvidia-smi").write_text(NVIDIA_SMI)
        (folder / "nvidia-smi").chmod(0o755)
        return f"{folder}:{machine.sdk.env['PATH']}"

    def test_an_image_for_a_newer_cuda_is_refused_with_what_fits(self, machine, path, api):
        with machine.daemon("cuda:0", "cuda", "--docker", docker.IMAGE, PATH=path):
            task = run(api, "too new", "print('never')\n", queue="cuda", image="arno-tests:cuda13")
        message = task["status_message"]
        assert task["status"] == "failed" and "needs CUDA 13.0" in message and "has CUDA 12.2" in message, message
        assert "Images here that fit: arno-tests:cuda12" in message

    def test_devices_are_asked_for_and_an_engine_without_them_is_explained(self, machine, path, api):
        with machine.daemon("devices:0", "devices", "--docker", docker.IMAGE, "--gpus", "1", PATH=path):
            task = run(api, "on a device", "print('never')\n", queue="devices")
        assert task["status"] == "failed" and "install nvidia-container-toolkit" in task["status_message"]


def test_environments_are_made_in_the_image_and_kept(machine, api, tmp_path):
    write_wheel(tmp_path)
    configuration = tmp_path / "clearml.conf"
    configuration.write_text(
        "agent.package_manager.installer: pip\n"
        f"agent.extra_pip_install_flags: \"--no-index --find-links {tmp_path}\"\n"
        f"agent.extra_docker_arguments: [\"-v\", \"{tmp_path}:{tmp_path}:ro\"]\n"
    )
    settings = {"CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL": "", "CLEARML_CONFIG_FILE": str(configuration)}
    with machine.daemon("packing:0", "packing", "--docker", docker.IMAGE, **settings):
        for _ in range(2):
            script = {"requirements": {"pip": "packed == 1.0"}}
            task = run(api, "packed", "import packed\nprint(packed.NAME)\n", queue="packing", script=script)
            assert "packed here" in api.console(task["id"]), api.console(task["id"])
    assert "is reused" in api.console(task["id"])


def test_no_engine_is_told_at_once(machine):
    done = machine.agent("daemon", "--queue", "default", "--docker", expect=1, DOCKER_HOST="unix:///no/such.sock")
    assert "the container engine at unix:///no/such.sock does not answer" in done.stdout


def test_an_agent_that_is_not_root_has_what_root_made_in_the_container(binary, server, engine, open_folder, request, api):
    program = shutil.copy(binary, open_folder / "arno")
    user = 12345
    machine = Machine(program, Sdk(server, open_folder / "machine", request.config.getoption("--sdk-python")))
    subprocess.run(["chown", "-R", f"{user}:{user}", machine.sdk.folder], check=True)
    engine.socket.chmod(0o666)
    as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    agent = [*as_user, program, "agent", "daemon", "--create-queue", "--queue", "plain", "--docker", docker.IMAGE]
    code = (
        "import os\nos.makedirs('made/by', mode=0o700)\nopen('made/by/root', 'w').close()\n"
        "print('as', os.getuid())\n"
    )
    with background(machine.sdk, "plain", agent, CLEARML_WORKER_ID="plain:0", DOCKER_HOST=engine.host):
        task = over(api, enqueue(api, draft(api, "as root inside", code), "plain"))
        assert task["status"] == "completed" and "as 0" in api.console(task["id"]), api.console(task["id"])
        eventually(lambda: not machine.runs, lambda: str(machine.runs))
