"""The documents say what the program does."""

from __future__ import annotations

import importlib
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts.schemas import SHAPES, schema
from wizard.cli import COMMANDS

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", SHAPES)
def test_schema_is_the_one_of_the_program(name: str) -> None:
    path = ROOT / "docs" / "schema" / f"{name}.json"
    assert path.is_file(), "run python -m scripts.schemas"
    assert path.read_text(encoding="utf-8") == schema(name), "run python -m scripts.schemas"


def test_the_page_of_rules_is_that_of_the_rules() -> None:
    from scripts.rules import PAGE, page
    from wizard.rules.catalogue import every_rule

    assert PAGE.read_text(encoding="utf-8") == page(every_rule()), "run python -m scripts.rules"


@pytest.mark.skipif(version("click").startswith("8.4."), reason="earlier click writes the usage of a group otherwise")
def test_the_page_of_commands_is_that_of_the_commands() -> None:
    from scripts.commands import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m scripts.commands"


def test_every_page_has_its_place_in_the_site() -> None:
    import yaml

    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"([\w-]+\.md)$", text, flags=re.MULTILINE)
    assert sorted(listed) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))
    assert yaml.safe_load(text)["strict"] is True


def test_links_out_of_the_pages_become_names() -> None:
    from scripts.site_links import on_page_markdown

    text = "[tests/x.py](../tests/x.py), [why](../wizard/y.toml#z), [rules](rules.md)"
    assert on_page_markdown(text) == "`tests/x.py`, why (`wizard/y.toml`), [rules](rules.md)"


PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("benchmarks/**/*.md")]
MADE = {"wizard/rules/packing/two_things.py", "benchmarks/gpu/rows.jsonl"}
"""What a command that a page shows would make."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    assert [link for link in links if not link.startswith("http") and not (page.parent / link).exists()] == []
    names = {name.rstrip("/.") for name in re.findall(r"`((?:wizard|tests|benchmarks|presets)/[\w./-]+)`", text)}
    assert [name for name in names - MADE if "NAME" not in name and not (ROOT / name).exists()] == []
    run = re.findall(r"python -m ([\w.]+)|python (scripts/\w+\.py)", text)
    commands = {module.replace(".", "/") or file.removesuffix(".py") for module, file in run} - {"venv", "pytest"}
    assert [name for name in commands if not any(map(Path.exists, _files(name)))] == []
    tests = {name for line in re.findall(r"python -m pytest ([^`#]+)", text) for name in line.split() if "/" in name}
    assert [name for name in tests if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("script", ["new_rule", "new_model"])
def test_a_script_ends_with_the_command_of_contributing(script: str) -> None:
    said = importlib.import_module(f"scripts.{script}")._NEXT.strip().splitlines()[-1].strip()
    assert f"\n`{said}`\n" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def _files(module: str) -> tuple[Path, Path]:
    return ROOT / f"{module}.py", ROOT / module / "__main__.py"


def test_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = " ".join(re.findall(r"^\| (`memwizard.*?) \|", text, flags=re.MULTILINE)).replace("`", " ")
    absent = [name for name in COMMANDS if not re.search(rf"(?<!-)\b{name}\b", named)]
    assert absent == ["wizard"], "give each a row in the table of README.md (`memwizard` alone is the wizard)"


def test_the_two_commands_are_one_line_each_and_ci_runs_the_second() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = {head: re.search(rf"## {head}\n.*?```\n(.*?)```", text, flags=re.DOTALL) for head in ("Run", "Test")}
    lines = {head: block[1].strip().splitlines() for head, block in blocks.items() if block}
    assert {head: len(found) for head, found in lines.items()} == {"Run": 1, "Test": 1}
    assert lines["Test"][0] in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_an_issue_asks_for_the_report() -> None:
    import yaml

    asked = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text(encoding="utf-8"))["body"]
    (one,) = (part for part in asked if "memwizard report" in part["attributes"]["label"])
    assert one["validations"]["required"]
