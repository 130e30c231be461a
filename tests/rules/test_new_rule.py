"""`python -m scripts.new_rule` begins a rule that is one at once, in a copy of the project."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.new_rule import next_code
from tests.rules.test_files import made
from wizard.rules.catalogue import every_rule

ROOT = Path(__file__).parents[2]
LINE = "Two things that do not go together."


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("wizard", "scripts", "tests/rules"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests" / "__init__.py").touch()
    (tmp_path / "docs").mkdir()
    return tmp_path


def typed(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=where, capture_output=True, text=True, check=False)


def begun(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return typed(where, "-m", "scripts.new_rule", *words)


def test_a_new_rule_is_in_the_catalogue_and_speaks(copy: Path) -> None:
    code = next_code("batch", every_rule())
    done = begun(copy, "batch", "made-by-a-test", LINE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"wizard/rules/batch/made_by_a_test.py is {code}")
    assert f"python -m tests.rules.test_axolotl_agrees {code}" in done.stdout
    told = typed(copy, "-m", "wizard", "explain", "made-by-a-test").stdout
    assert told.startswith(f"{code} made-by-a-test (warning)\n\n{LINE}\n")
    (copy / "my.yml").write_text("TODO: true\n")
    assert f"{code} warning" in typed(copy, "-m", "wizard", "check", "my.yml", "--gpu", "24GiB").stdout


def test_the_next_command_takes_it_as_it_is_written(copy: Path) -> None:
    begun(copy, "fit", "made-by-a-test", LINE)
    generated = (copy / "wizard/rules/_catalogue_generated.py").read_text()
    text = (copy / "wizard/rules/fit/made_by_a_test.py").read_text()
    done = typed(copy, "-m", "scripts.rules")
    assert (done.returncode, done.stderr) == (0, "")
    assert (copy / "wizard/rules/_catalogue_generated.py").read_text() == generated
    assert "**made-by-a-test**, warning" in (copy / "docs/rules.md").read_text()
    neighbours = copy / "tests/rules/neighbours/fit.txt"
    assert neighbours.read_text() == (ROOT / "tests/rules/neighbours/fit.txt").read_text(), "nothing is filled in yet"
    rule = copy / "wizard/rules/fit/made_by_a_test.py"
    rule.write_text(rule.read_text().replace("TODO", "sample_packing"))
    assert typed(copy, "-m", "scripts.rules").returncode == 0
    assert "made-by-a-test\n  1: as it is -> warning sample_packing" in neighbours.read_text()
    rule.write_text(text)
    files = [str(copy / "wizard/rules/fit/made_by_a_test.py"), "--config", str(ROOT / "pyproject.toml")]
    assert typed(copy, "-m", "ruff", "check", *files).returncode == 0
    assert typed(copy, "-m", "ruff", "format", "--check", *files).returncode == 0


def test_a_code_that_is_used_twice_stops_the_program(copy: Path) -> None:
    (copy / "wizard/rules/batch/another.py").write_text(
        (copy / "wizard/rules/batch/padding_off.py")
        .read_text()
        .replace("padding-off", "another")
        .replace("padding_off", "another")
    )
    done = typed(copy, "-m", "scripts.rules")
    files = "wizard/rules/batch/another.py and by wizard/rules/batch/padding_off.py"
    assert f"the code MW103 is used twice: by {files}" in done.stderr
    generated = copy / "wizard/rules/_catalogue_generated.py"
    row = 'Entry("MW103", "batch", "padding-off", ())'
    assert row in generated.read_text()
    generated.write_text(generated.read_text().replace(row, f"{row}, {row.replace('padding-off', 'another')}"))
    assert f"the code MW103 is used twice: by {files}" in typed(copy, "-m", "wizard", "rules").stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "python -m scripts.new_rule TOPIC NAME"),
        (("bach", "made-by-a-test", LINE), "there is no topic 'bach'. Did you mean 'batch'?"),
        (("batch", "Two Things", LINE), "'Two Things' is no name"),
        (("batch", "made-by-a-test", "no full stop"), "the line about the rule is one sentence"),
        (("batch", "tight", LINE), "MW902 has the name tight: wizard/rules/fit/tight.py"),
    ],
)
def test_what_can_be_no_rule_is_refused(copy: Path, words: tuple[str, ...], says: str) -> None:
    before = sorted(path.name for path in copy.glob("wizard/rules/*/*.py"))
    done = begun(copy, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(says)
    assert sorted(path.name for path in copy.glob("wizard/rules/*/*.py")) == before


def test_codes_are_of_the_topics_hundred_and_never_reused() -> None:
    rules = (made("MW101", "a"), made("MW117", "b"), made("MW299", "c"))
    assert (next_code("allocation", rules), next_code("sharding", rules)) == ("MW118", "MW601")
    with pytest.raises(ValueError, match="end with MW299"):
        next_code("precision", rules)
