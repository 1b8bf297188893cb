"""The house's walls: which crate may depend on which, and what may enter from outside.

Reads `cargo metadata` and deny.toml; prints one line for each violation and ends with 1, or ends
with 0. `python3 -m doctest tests/dependencies.py` checks the checks.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Normal and build dependencies between the workspace's crates (docs/architecture.md). Tests may
# use any; the bench driver speaks HTTP and may use the crates it measures.
ALLOWED = {
    "arno": {"arno-server", "arno-store"},
    "arno-server": {"arno-store", "arno-wire", "arno-series"},
    "arno-store": {"arno-series", "arno-wire"},
    "arno-series": set(),
    "arno-wire": set(),
    "arno-bench": {"arno-series", "arno-store"},
}


def edge_violations(members):
    """Edges between workspace crates that ALLOWED does not name.

    >>> def crate(name, *deps, kind=None):
    ...     return {"name": name, "dependencies": [{"name": d, "kind": kind} for d in deps]}
    >>> edge_violations([crate("arno-server", "arno-store", "serde"), crate("arno-store")])
    []
    >>> edge_violations([crate("arno-wire", "arno-store"), crate("arno-store")])
    ['arno-wire may not depend on arno-store']
    >>> edge_violations([crate("arno-wire", "arno-store", kind="dev"), crate("arno-store")])
    []
    >>> edge_violations([crate("arno-extra")])
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


def licence_accepted(expression, allowed):
    """Whether an SPDX expression can be met with allowed licences alone.

    >>> allowed = {"MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "ISC"}
    >>> licence_accepted("GPL-3.0 OR MIT", allowed)
    True
    >>> licence_accepted("MIT/Apache-2.0", allowed)
    True
    >>> licence_accepted("(GPL-3.0 OR MIT) AND ISC", allowed)
    True
    >>> licence_accepted("MIT AND GPL-3.0", allowed)
    False
    >>> licence_accepted("Apache-2.0 WITH LLVM-exception OR GPL-2.0", allowed)
    True
    >>> licence_accepted(None, allowed)
    False
    """
    if not expression:
        return False
    spaced = expression.replace("/", " OR ")
    tokens = re.findall(r"\(|\)|\bAND\b|\bOR\b|[\w.+-]+(?: WITH [\w.-]+)?", spaced)

    def either(position):
        value, position = both(position)
        while position < len(tokens) and tokens[position] == "OR":
            other, position = both(position + 1)
            value = value or other
        return value, position

    def both(position):
        value, position = single(position)
        while position < len(tokens) and tokens[position] == "AND":
            other, position = single(position + 1)
            value = value and other
        return value, position

    def single(position):
        if tokens[position] == "(":
            value, position = either(position + 1)
            return value, position + 1
        return tokens[position] in allowed, position + 1

    return either(0)[0]


def outside_violations(packages, deny):
    """Packages with a licence, source or name that deny.toml does not accept.

    >>> deny = {"licenses": {"allow": ["MIT"]}, "bans": {"deny": [{"crate": "native-tls"}]}}
    >>> registry = "registry+https://github.com/rust-lang/crates.io-index"
    >>> def package(name, license="MIT", source=registry):
    ...     return {"name": name, "version": "1.0.0", "license": license, "source": source}
    >>> outside_violations([package("serde")], deny)
    []
    >>> outside_violations([package("copyleft", "GPL-3.0")], deny)
    ['copyleft 1.0.0: licence GPL-3.0 is not accepted']
    >>> outside_violations([package("fork", source="git+https://example.org/fork")], deny)
    ['fork 1.0.0: comes from git+https://example.org/fork']
    >>> outside_violations([package("native-tls")], deny)
    ['native-tls 1.0.0: banned by deny.toml']
    """
    allowed = set(deny["licenses"]["allow"])
    banned = {ban["crate"] for ban in deny["bans"]["deny"]}
    found = []
    for package in packages:
        label = f"{package['name']} {package['version']}"
        if not licence_accepted(package["license"], allowed):
            found.append(f"{label}: licence {package['license']} is not accepted")
        source = package["source"]
        if source is not None and not source.startswith("registry+"):
            found.append(f"{label}: comes from {source}")
        if package["name"] in banned:
            found.append(f"{label}: banned by deny.toml")
    return found


def main():
    text = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    metadata = json.loads(text)
    deny = tomllib.loads((ROOT / "deny.toml").read_text())
    inside = set(metadata["workspace_members"])
    members = [package for package in metadata["packages"] if package["id"] in inside]
    violations = edge_violations(members) + outside_violations(metadata["packages"], deny)
    for violation in violations:
        print(f"dependencies: {violation}", file=sys.stderr)
    if not violations:
        print(f"dependencies: {len(members)} crates, {len(metadata['packages'])} packages, all in order")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
