"""The folder of the VS Code extension: its types hold, and it is packaged."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from wizard import __version__
from wizard.cli.lsp import SETTINGS

FOLDER = Path(__file__).parents[2] / "editors" / "vscode"
NPM = shutil.which("npm")
NO_REGISTRY = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network")


def test_its_settings_are_those_of_the_server() -> None:
    package = json.loads((FOLDER / "package.json").read_text(encoding="utf-8"))
    names = {name.removeprefix("memwizard.") for name in package["contributes"]["configuration"]["properties"]}
    assert {re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name) for name in names - {"command"}} <= {*SETTINGS}
    assert package["version"] == __version__
    source = (FOLDER / "src" / "extension.ts").read_text(encoding="utf-8")
    assert set(re.findall(r"settings.get<[^>]+>\(\"(\w+)\"", source)) == names


@pytest.mark.timeout(600)
@pytest.mark.xdist_group("slow")
def test_it_is_type_checked_and_packaged(tmp_path: Path) -> None:
    if NPM is None:
        pytest.skip("no npm")
    place = tmp_path / "vscode"
    shutil.copytree(FOLDER, place, ignore=shutil.ignore_patterns("node_modules", "dist", "*.vsix"))
    got = subprocess.run([NPM, "ci"], cwd=place, capture_output=True, text=True, check=False)
    if got.returncode and NO_REGISTRY.search(got.stderr):
        pytest.skip("npm reaches no registry")
    assert got.returncode == 0, got.stderr
    for part in ("check", "package"):
        done = subprocess.run([NPM, "run", part], cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(place / "memwizard.vsix") as made:
        assert {"extension/package.json", "extension/dist/extension.js"} <= set(made.namelist())
