"""The house's walls: fails when a crate of the workspace depends on one it must not know.

Reads `cargo metadata`, prints one line for each violation and ends with 1, or ends with 0.
`python3 -m doctest tests/dependencies.py` checks the check.
"""

import json
import subprocess
import sys
from pathlib import Path

# Normal and build dependencies between the crates (docs/architecture.md). Tests may use any.
ALLOWED = {
    "arno": {"arno-server", "arno-store", "arno-agent"},
    "arno-server": {"arno-store", "arno-wire", "arno-series"},
    "arno-store": {"arno-series", "arno-wire"},
    "arno-agent": {"arno-client"},
    "arno-client": {"arno-wire"},
    "arno-series": set(),
    "arno-wire": set(),
    "arno-bench": {"arno-series"},
}


def violations(members):
    """Edges between workspace crates that ALLOWED does not name.

    >>> def crate(name, *deps, kind=None):
    ...     return {"name": name, "dependencies": [{"name": d, "kind": kind} for d in deps]}
    >>> violations([crate("arno-server", "arno-store", "serde"), crate("arno-store")])
    []
    >>> violations([crate("arno-wire", "arno-store"), crate("arno-store")])
    ['arno-wire may not depend on arno-store']
    >>> violations([crate("arno-wire", "arno-store", kind="dev"), crate("arno-store")])
    []
    >>> violations([crate("arno-extra")])
    ['arno-extra is not named in tests/dependencies.py']
    """
    names = {member["name"] for member in members}
    found = []
    for member in members:
        name = member["name"]
        if name not in ALLOWED:
            found.append(f"{name} is not named in tests/dependencies.py")
            continue
        uses = {d["name"] for d in member["dependencies"] if d["kind"] != "dev"} & names
        found += [f"{name} may not depend on {used}" for used in sorted(uses - ALLOWED[name])]
    return found


def main():
    text = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--no-deps"],
        cwd=Path(__file__).resolve().parent,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    found = violations(json.loads(text)["packages"])
    for violation in found:
        print(f"dependencies: {violation}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
