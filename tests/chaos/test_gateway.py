"""Kills the server under calls of the gateway. Runs that were answered are there, with their parameters and in their
queue; a plan's calls, which servers take in blocks, are never granted twice; the record has a row for each run."""

import os
import random
from datetime import datetime, timezone

from api import Connection
from calls import Endpoint, Gateway, Sporadic, Stable
from load import Progress
from support.server import ACCESS_KEY, SECRET_KEY, Server

KILLS = int(os.environ.get("CHAOS_KILLS", "50")) // 5
SEED = int(os.environ.get("CHAOS_SEED", random.randrange(1_000_000)))
ANSWERS = (1, 250)
ANSWERS_WITHIN = 60
CALLERS = 4
# A plan's calls, of which a server takes a hundredth at a time.
LIMIT = 4_000
BLOCK = LIMIT // 100


def test_calls_survive_kills_and_plans_hold(binary, database_url, tmp_path):
    # Where no new day begins while the test runs.
    zone = "UTC" if 1 <= datetime.now(timezone.utc).hour < 22 else "Asia/Tokyo"
    server = Server(binary, tmp_path, database_url, ARNO_TIMEZONE=zone).start()
    chance = random.Random(SEED)
    endpoint = Endpoint()
    try:
        token = Connection.sign_in(server.api_url, ACCESS_KEY, SECRET_KEY)
        template, machine = prepare(server, token, endpoint)
        sporadic, stable = [], []
        for number in range(KILLS):
            progress = Progress()
            start = lambda work, **more: work(server.api_url, token, progress, chance.randrange(1 << 30), **more)
            names = [f"k{number}c{caller}" for caller in range(CALLERS)]
            works = [start(Sporadic, template=template, prefix=name) for name in names]
            works += [start(Stable, machine=machine) for _ in range(CALLERS)]
            for work in works:
                work.start()
            progress.wait_for(chance.randint(*ANSWERS), ANSWERS_WITHIN)
            server.kill()
            for work in works:
                work.join(ANSWERS_WITHIN)
                assert not work.is_alive(), f"{type(work).__name__} hangs after the kill"
            server.start()
            sporadic += works[:CALLERS]
            stable += works[CALLERS:]
        verify_runs(server, token, sporadic)
        verify_plan(server, token, machine, endpoint, stable)
        server.stop()
    except BaseException:
        print(f"CHAOS_SEED={SEED} repeats the order of events\n{server.log[-5000:]}")
        raise
    finally:
        endpoint.stop()
        if server.alive():
            server.kill()


def prepare(server, token, endpoint):
    """The template's and the machine's hash."""
    api, gateway = Connection(server.api_url, token), Gateway(server.api_url, token)
    api.call("queues.create", {"name": "chaos"})
    task = api.call("tasks.create", {"name": "template", "type": "application"})["id"]
    template = gateway.register("tasks", {"task": task, "queue": "chaos"})
    serving = "a" * 32
    machine = gateway.register("machines", {"task": serving, "url": endpoint.url})
    target = gateway.register("endpoints", {"machine": serving, "endpoint": "count"})["id"]
    offer = gateway.register("apis", {"path": "count", "mode": "stable", "target": target})
    plan = gateway.register("plans", {"title": "some", "per_day": LIMIT})
    subject = {"kind": "group", "name": "admin"}
    gateway.register("grants", {"api": offer["id"], "subject": subject, "plan": plan["id"]})
    api.close()
    gateway.close()
    return template["hash"], machine["hash"]


def verify_runs(server, token, works):
    api, gateway = Connection(server.api_url, token), Gateway(server.api_url, token)
    tasks, page = {}, 0
    while True:
        query = {"name": "^template_", "page": page, "page_size": 500, "only_fields": ["id", "status", "hyperparams"]}
        found = api.call("tasks.get_all_ex", query)["tasks"]
        tasks |= {task["id"]: task for task in found}
        page += 1
        if len(found) < 500:
            break
    queue = api.call("queues.get_all", {"name": "^chaos$"})["queues"][0]["id"]
    entries = api.call("queues.get_by_id", {"queue": queue})["queue"]["entries"]
    queued = {entry["task"] for entry in entries}
    for work in works:
        work.verify(tasks, queued)
    assert sum(len(work.answered) for work in works) > 0, "nothing was answered between the kills"
    status, record = gateway.ask("GET", "/api/v1/gateway/calls?mode=sporadic&page_size=1")
    assert (status, record["total"]) == (200, len(tasks)), "a row for each run, written with it"
    api.close()
    gateway.close()


def verify_plan(server, token, machine, endpoint, works):
    """The rest of the plan is used up: all in all no more is granted than it has, and at most what each killed
    server had taken is lost."""
    last = Stable(server.api_url, token, Progress(), 0, machine=machine)
    last.run()
    assert last.progress.failure is None, last.progress.failure
    told = last.granted + sum(work.granted for work in works)
    assert told <= endpoint.asked <= LIMIT, f"{told} were answered, {endpoint.asked} of {LIMIT} granted"
    # The next block is taken before the last one is used up, so there may be two.
    forfeited = KILLS * (2 * BLOCK + CALLERS)
    assert endpoint.asked >= LIMIT - forfeited, f"only {endpoint.asked} of {LIMIT} were granted"
