"""Packages made on the spot, so that environments are built without fetching anything."""

import zipfile


def write_wheel(folder, python=">=3", name="packed"):
    """The smallest package that pip installs, for these versions of Python."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": f"NAME = '{name} here'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\nRequires-Python: {python}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
