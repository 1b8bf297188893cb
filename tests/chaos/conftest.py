"""The server and the databases under test; starting them is tests/sdk's."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/sdk"))

from support.postgres import Cluster  # noqa: E402  (the line above makes it importable)


@pytest.fixture
def binary():
    path = Path(os.environ.get("ARNO_BIN", ROOT / "target/ci/arno")).resolve()
    assert path.is_file(), f"{path} does not exist: build it, or set ARNO_BIN"
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request):
    """None for SQLite, else an empty database of a temporary cluster."""
    if request.param == "sqlite":
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Cluster(Path(folder) / "cluster") as url:
            yield url
