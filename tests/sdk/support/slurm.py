"""A real Slurm cluster of one node, this machine, in a folder of its own; needs root."""

import os
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from .server import free_ports

READY_WITHIN = 60.0
CONFIGURATION = """
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.sock
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
MailProg=/bin/true
NodeName={host} NodeAddr=127.0.0.1 CPUs=8 State=UNKNOWN
SlurmdParameters=config_overrides
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


def prepare(folder):
    """Key and configuration; returns the commands that start the daemons."""
    folder.chmod(0o755)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o600)
    controller, node = free_ports(2)
    host = os.uname().nodename.split(".")[0]
    configuration = folder / "slurm.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder, controller=controller, node=node, host=host))
    options = {
        "key-file": key, "socket": folder / "munge.sock", "pid-file": folder / "munged.pid",
        "log-file": folder / "munged.log", "seed-file": folder / "munge.seed",
    }
    munged = ["munged", "--force", "--foreground", *(f"--{name}={value}" for name, value in options.items())]
    return [munged, ["slurmctld", "-D", "-i"], ["slurmd", "-D"]]


@contextmanager
def cluster(folder):
    """Yields the variables that lead Slurm's commands to it."""
    folder = Path(folder)
    commands = prepare(folder)
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    environment = {"PATH": path, "SLURM_CONF": str(folder / "slurm.conf"), "HOME": str(folder)}
    daemons = []
    try:
        for command in commands:
            log = open(folder / f"{command[0]}.out", "wb")
            daemons.append(subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
            log.close()
            if command[0] == "munged":
                wait_for(lambda: (folder / "munge.sock").exists(), folder)
        wait_for(lambda: is_idle(environment), folder)
        yield {"SLURM_CONF": environment["SLURM_CONF"]}
    finally:
        subprocess.run(["scancel", "--full", "--quiet", "--user=root"], env=environment, check=False)
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in reversed(daemons):
            daemon.wait()


def is_idle(environment):
    answer = subprocess.run(["sinfo", "--noheader", "--format=%T"], env=environment, capture_output=True, text=True)
    return answer.stdout.strip() in ("idle", "mixed")


def wait_for(ready, folder):
    deadline = time.monotonic() + READY_WITHIN
    while not ready():
        if time.monotonic() > deadline:
            logs = "\n".join(path.read_text(errors="replace")[-2000:] for path in folder.glob("*.log"))
            raise AssertionError(f"Slurm was not ready within {READY_WITHIN:.0f} s:\n{logs}")
        time.sleep(0.05)
