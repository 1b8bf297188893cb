"""Every scenario of this folder is one test."""

import pytest

from runner import FOLDER, load

SCENARIOS = load(sorted(FOLDER.glob("*.yaml")))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario, client):
    scenario.run(client)


def test_names_tell_scenarios_apart():
    names = [scenario.name for scenario in SCENARIOS]
    assert sorted(names) == sorted(set(names))
