"""The rules' files and their catalogue: one rule a file, called as the rule is, and no code or name twice."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable

import pytest

from scripts.rule_catalogue import CATALOGUE, COMMAND, HUNDREDS, only_rule, read, text
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.rules.catalogue import ENTRIES, every_rule, find, load, rules_for
from wizard.rules.entry import CatalogueError, Entry, ordered
from wizard.rules.registry import Rule, Subject, rule

EARLIER = {"MW104", "MW105", "MW106"}
"""Of precision, from before it had codes of its own."""
LATER = "MW910"
"""From here on codes are of any topic: the hundred of evaluation and preference is full."""


def made(code: str, name: str, topic: str = "batch", keys: tuple[str, ...] = ()) -> Rule:
    def check(self: Rule, subject: Subject) -> Iterable[Finding]:
        return ()

    check.__module__ = f"wizard.rules.{topic}.{name.replace('-', '_')}"
    return rule(code, name, "hint", keys=keys)(check)


def test_the_catalogue_is_that_of_the_files() -> None:
    assert CATALOGUE.read_text(encoding="utf-8") == text(read()), f"the catalogue is stale: run `{COMMAND}`"


def test_the_rules_stand_in_the_order_of_their_codes() -> None:
    codes = [one.code for one in every_rule()]
    assert codes == sorted(codes)
    assert codes[:7] == [f"MW10{number}" for number in range(1, 8)]


def test_a_code_is_of_its_topic() -> None:
    placed = [one for one in ENTRIES if one.code not in EARLIER and one.code < LATER]
    wrong = [one for one in placed if int(one.code[2]) != HUNDREDS[one.topic]]
    assert not wrong
    assert all(re.fullmatch(r"MW\d{3}", one.code) for one in ENTRIES)


def test_a_code_that_is_used_twice_is_refused_with_both_files() -> None:
    rows = [Entry("MW727", "evaluation", "one-name", ()), Entry("MW727", "preference", "other-name", ())]
    with pytest.raises(CatalogueError) as caught:
        ordered(rows)
    files = "wizard/rules/evaluation/one_name.py and by wizard/rules/preference/other_name.py"
    assert str(caught.value) == f"the code MW727 is used twice: by {files}"


def test_a_name_that_is_used_twice_is_refused_with_both_files() -> None:
    rows = [Entry("MW728", "preference", "same", ()), Entry("MW727", "evaluation", "same", ())]
    with pytest.raises(CatalogueError) as caught:
        ordered(rows)
    files = "wizard/rules/evaluation/same.py and by wizard/rules/preference/same.py"
    assert str(caught.value) == f"the name same is used twice: by {files}"


def test_the_same_row_twice_is_refused() -> None:
    with pytest.raises(CatalogueError):
        ordered([Entry("MW727", "evaluation", "same", ())] * 2)


ONE, OTHER = made("MW198", "one-rule"), made("MW199", "other-rule")


@pytest.mark.parametrize(
    ("file", "defined", "says"),
    [
        ("batch/one_rule.py", {}, "must define one rule, and defines none"),
        ("batch/one_rule.py", {"one_rule": ONE, "other_rule": OTHER}, "must define one rule, and defines MW198, MW199"),
        ("batch/one.py", {"one_rule": ONE}, "defines one_rule as one-rule: call file and function one_rule"),
        ("batch/one_rule.py", {"one": ONE}, "defines one as one-rule: call file and function one_rule"),
    ],
)
def test_a_file_that_is_not_one_rule_of_its_name_is_refused(file: str, defined: dict[str, object], says: str) -> None:
    assert only_rule("wizard/rules/batch/one_rule.py", {"one_rule": ONE, "REMOVE": object()}) is ONE
    with pytest.raises(CatalogueError) as caught:
        only_rule(f"wizard/rules/{file}", defined)
    assert str(caught.value) == f"wizard/rules/{file} {says}"


@pytest.mark.parametrize("change", [{"code": "MW199"}, {"keys": ("rl",)}, {"keys": ()}])
def test_a_rule_that_is_not_as_its_row_says_is_refused(change: dict[str, object]) -> None:
    entry = find("MW101")
    with pytest.raises(CatalogueError, match=r"batch_size_set\.py has changed since .* `python -m scripts\.rules"):
        load(entry._replace(**change))  # type: ignore[arg-type]


def test_a_rule_knows_its_topic_and_its_findings_do() -> None:
    assert {one.topic for one in every_rule()} == set(HUNDREDS)
    tight = load(find("tight"))
    assert (tight.topic, made("MW199", "any", "packing").topic) == ("fit", "packing")


def test_only_rules_with_something_to_look_at_are_asked() -> None:
    asked = [one.name for one in rules_for(["batch_size"])]
    assert "batch-size-set" in asked
    assert "eval-batch-size-differs" not in asked
    assert [load(one).name for one in ENTRIES if not one.keys or "batch_size" in one.keys] == asked


def test_a_word_that_is_no_rule_is_refused_without_a_word_on_the_command_line() -> None:
    assert find(" mw103 ") == find("Padding-Off")
    with pytest.raises(InputError, match=r"there is no rule 'paddingoff'\. Did you mean 'padding-off'") as caught:
        find("paddingoff")
    assert "memwizard" not in caught.value.message


def test_a_rule_is_imported_when_it_is_asked() -> None:
    code = """
import sys
import wizard.review
from wizard.domain.plan import Plan
rules = lambda: sorted(name for name in sys.modules if name.count(".") == 3 and name.startswith("wizard.rules."))
print(rules())
wizard.review.review(Plan({"batch_size": 8}), None)
print("wizard.rules.batch.batch_size_set" in rules(), "wizard.rules.batch.eval_batch_size_differs" in rules())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "True False"]
