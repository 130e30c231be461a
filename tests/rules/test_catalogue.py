"""Every rule is whole: documented, executed on its own examples, settled by its fix."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.examples import Example, examples
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.fields import fields
from wizard.knowledge.axolotl.fields import find as find_field
from wizard.knowledge.axolotl.versions import known, newest
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import find
from wizard.review import Review, review
from wizard.rules.catalogue import every_rule
from wizard.rules.file.unreadable_file import unreadable
from wizard.rules.registry import HEADINGS, Rule

BY_CODE = pytest.mark.parametrize("rule", every_rule(), ids=lambda rule: rule.code)


def judged(example: Example, folder: Path) -> Review:
    try:
        plan = example.plan
    except InputError as error:
        return replace(review(Plan(), None, example.machine), findings=(unreadable(error, "my.yml"),))
    row = find(str(plan.get("base_model", "")))
    from wizard.knowledge.models.catalogue import built

    return review(plan, built(row.id) if row else None, example.machine, example.heads(folder))


@BY_CODE
def test_every_heading_has_text(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    for heading in HEADINGS:
        assert rule.sections.get(heading), f"{rule.code} says nothing under {heading}"
    assert "TODO" not in f"{rule.doc}{sorted(rule.keys)}", f"{rule.code} is not filled in"
    assert {example.bad for example in examples(rule)} == {True, False}, "an example starts with `Bad:` or `Good:`"


@BY_CODE
def test_examples_are_executed(rule: Rule, tmp_path: Path) -> None:
    for example in examples(rule):
        made = judged(example, tmp_path)
        found = {finding.code for finding in made.findings}
        said = (
            f"{'bad' if example.bad else 'good'}{example.words}: heard {sorted(found)}, asked for {sorted(rule.keys)}"
        )
        assert (rule.code in found) == example.bad, said
        for one in made.findings:
            if one.code == rule.code:
                names_its_keys(rule, one, made.plan)


def names_its_keys(rule: Rule, finding: Finding, plan: Plan) -> None:
    """Keys of the file, of Axolotl, or that the rule's own text names; a fix is safe or it is not."""
    fixed = tuple(finding.fix.changes) if finding.fix is not None else ()
    about = {*re.findall(r"\w+", rule.doc), *rule.keys, *map(str, plan.values), *SEEN}
    tops = {re.split(r"[.[]", key)[0] for key in (*finding.fields, *fixed)} - about
    strange = [top for top in tops if not any(find_field(top, version) for version in known())]
    assert not strange, f"{rule.code} speaks of {strange}"
    assert finding.fix is None or finding.fix.safety in ("safe", "unsafe")


@BY_CODE
def test_a_fix_settles_its_finding_and_a_safe_one_brings_no_new(rule: Rule, tmp_path: Path) -> None:
    for example in examples(rule):
        before = judged(example, tmp_path)
        mine = [finding for finding in before.findings if finding.code == rule.code]
        if not example.bad or not mine:
            continue
        fix = mine[0].fix
        assert (fix is None) == (rule.fix == "none"), f'says fix="{rule.fix}", and its finding has {fix}'
        if fix is None:
            continue
        after = review(before.plan.changed(fix.changes), before.model, before.machine, example.heads(tmp_path))
        assert rule.code not in {finding.code for finding in after.findings}, "the fix does not settle it"
        told = {finding.code for finding in before.findings}
        worse = [one.code for one in after.findings if one.severity == "error" and one.code not in told]
        assert not worse, f"after the fix the file is refused, or dies, of something else: {worse}"
        if fix.safety == "safe":
            new = {finding.code for finding in after.findings} - {finding.code for finding in before.findings}
            assert not new, "a safe fix that makes other rules speak"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10**7) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
SEEN = sorted(fields(newest()))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from(SEEN), ANYTHING, max_size=12),
    st.sampled_from(["Qwen/Qwen3-0.6B", "Qwen/Qwen3-30B-A3B", "google/gemma-2-9b", ""]),
    st.sampled_from(["rtx-4090", "t4", "2xa100-80gb", "gb10", ""]),
)
def test_no_mapping_makes_a_review_raise(values: dict[str, object], name: str, gpu: str) -> None:
    from wizard.knowledge.models.catalogue import built

    made = review(Plan(values), built(name) if name else None, named_machine(gpu) if gpu else None)
    if made.estimate is not None:
        parts = made.estimate.components
        assert all(size >= 0 for size in parts.values())
        likely = made.estimate.allocated.likely
        # above 2^45 bytes, which no GPU has, the sums are of floats that no longer tell each byte
        assert abs(sum(parts.values()) - parts["runtime"] - likely) <= likely >> 45
        assert made.estimate.allocated.low <= made.estimate.allocated.likely <= made.estimate.allocated.high


@BY_CODE
def test_an_error_is_one_that_axolotl_has(rule: Rule) -> None:
    """Axolotl refuses the file, or the run dies later with known words."""
    if rule.severity == "error" and rule.topic != "fit":
        said = rule.quotes or rule.crashes
        assert said, "an error has to quote what Axolotl says then, or what the run dies with; else it is a warning"
