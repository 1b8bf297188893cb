"""Kills the server fifty times under mixed load. After each restart everything that was answered with 200
is there, nothing half-written is visible, and `arno doctor` is content."""

import os
import random

from api import Connection
from load import Events, Files, Progress, Tasks
from support.server import ACCESS_KEY, SECRET_KEY, Server

KILLS = int(os.environ.get("CHAOS_KILLS", "50"))
SEED = int(os.environ.get("CHAOS_SEED", random.randrange(1_000_000)))
# Answers before the next kill: from hardly any to some seconds' worth.
ANSWERS = (1, 250)
ANSWERS_WITHIN = 60


def test_what_was_answered_survives_a_kill(binary, database_url, tmp_path):
    server = Server(binary, tmp_path, database_url).start()
    chance = random.Random(SEED)
    try:
        token = Connection.sign_in(server.api_url, ACCESS_KEY, SECRET_KEY)
        project = Connection(server.api_url, token).call("projects.create", {"name": "chaos"})["id"]
        past = []
        for number in range(KILLS):
            works = start_work(server, token, project, f"k{number}", chance.randrange(1 << 30))
            works[0].progress.wait_for(chance.randint(*ANSWERS), ANSWERS_WITHIN)
            server.kill()
            for work in works:
                work.join(ANSWERS_WITHIN)
                assert not work.is_alive(), f"{type(work).__name__} hangs after the kill"
            server.start()
            # What this life wrote, and something of an earlier one.
            verify(server, token, works + chance.sample(past, min(len(past), 2)))
            past += works
            doctor = server.run("doctor")
            assert doctor.returncode == 0, f"doctor after kill {number}:\n{doctor.stdout}{doctor.stderr}"
        verify(server, token, past)
        server.stop()
    except BaseException:
        print(f"CHAOS_SEED={SEED} repeats the order of events\n{server.log[-5000:]}")
        raise
    finally:
        if server.alive():
            server.kill()


def start_work(server, token, project, prefix, seed):
    progress = Progress()
    api, files = (server.api_url, token, progress, seed), (server.own_files_url, token, progress, seed)
    works = [
        Tasks(*api, project=project, prefix=f"{prefix}-task"),
        Events(*api, project=project, prefix=f"{prefix}-events"),
        Files(*files, folder=f"chaos/{prefix}.{'0' * 32}/artifacts"),
    ]
    for work in works:
        work.start()
    return works


def verify(server, token, works):
    api, files = Connection(server.api_url, token), Connection(server.own_files_url, token)
    for work in works:
        work.verify(files if isinstance(work, Files) else api)
    api.close()
    files.close()
