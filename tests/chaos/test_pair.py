"""Two servers on one database and one folder of files. One is killed under load and nothing that either answered is lost;
clients that go on with the other do not notice."""

import random

from api import Connection
from support.postgres import create_database
from support.server import ACCESS_KEY, SECRET_KEY, Server
from test_kill import ANSWERS_WITHIN, SEED, start_work, verify

KILLS = 5
ANSWERS = 60


def test_one_server_of_two_is_killed(binary, tmp_path):
    database, files = create_database("pair"), str(tmp_path / "files")
    first = Server(binary, tmp_path / "first", database, ARNO_FILES_URL=files).start()
    second = Server(binary, tmp_path / "second", database, first.files_url, ARNO_FILES_URL=files).start()
    chance = random.Random(SEED)
    try:
        token = Connection.sign_in(first.api_url, ACCESS_KEY, SECRET_KEY)
        project = Connection(second.api_url, token).call("projects.create", {"name": "pair"})["id"]
        past = []
        for number in range(KILLS):
            victim, survivor = (first, second) if number % 2 else (second, first)
            dying = start_work(victim, token, project, f"dying{number}", chance.randrange(1 << 30))
            living = start_work(survivor, token, project, f"living{number}", chance.randrange(1 << 30))
            dying[0].progress.wait_for(ANSWERS, ANSWERS_WITHIN)
            victim.kill()
            for work in dying:
                work.join(ANSWERS_WITHIN)
                assert not work.is_alive(), f"{type(work).__name__} hangs after the kill"
            living[0].progress.wait_for(living[0].progress.count + ANSWERS, ANSWERS_WITHIN)
            for work in living:
                work.stop()
                work.join(ANSWERS_WITHIN)
                assert not work.is_alive() and not work.cut, f"{type(work).__name__} felt the other's end"
            verify(survivor, token, living)
            victim.start()
            past += dying + living
            verify(survivor, token, past)
            verify(victim, token, past)
        first.stop()
        second.stop()
    except BaseException:
        print(f"CHAOS_SEED={SEED}\n{first.log[-3000:]}\n{second.log[-3000:]}")
        raise
    finally:
        for server in (first, second):
            if server.alive():
                server.kill()
