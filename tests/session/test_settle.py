"""Which fixes go together, and when a row of them is at rest."""

from __future__ import annotations

from wizard.domain.finding import Finding, Fix
from wizard.session.settle import Round, settle, together

Values = dict[str, int]


def finding(code: str, topic: str = "batch", **changes: object) -> Finding:
    return Finding(code, code, "warning", code, tuple(changes), "here", Fix(changes, "safe", code), topic=topic)


def taken(*findings: Finding, idle: str = "") -> list[str]:
    return [one.code for one in together(findings, lambda one: one.code != idle)]


def test_two_that_touch_the_same_field_do_not_go_together() -> None:
    first, second, third = finding("MW1", a=1), finding("MW2", a=2, b=2), finding("MW3", b=3)
    assert taken(first, second, third) == ["MW1", "MW3"]
    assert taken(first, second, third, idle="MW1") == ["MW2"]  # what changed nothing has touched nothing


def test_a_fix_of_memory_goes_alone() -> None:
    memory, other = finding("MW901", "fit", a=1), finding("MW1", b=1)
    assert taken(memory, other) == ["MW901"]
    assert taken(other, memory) == ["MW1"]
    assert taken(memory, other, idle="MW901") == ["MW1"]


def test_a_finding_without_a_fix_is_passed_over() -> None:
    assert taken(Finding("MW1", "n", "error", "m", ("a",), "s"), finding("MW2", a=1)) == ["MW2"]


def rules(*every: tuple[str, str, int, int]) -> Round[Values]:
    """A round over rules: code, key, the value that is wrong, and the right one."""

    def one_round(values: Values, left_out: frozenset[str]) -> tuple[Values, list[Finding]]:
        found = [rule for rule in every if rule[0] not in left_out and values.get(rule[1]) == rule[2]]
        fixed = [finding(code, "batch", **{key: right}) for code, key, _, right in found]
        return {**values, **{key: right for _, key, _, right in found}}, fixed

    return one_round


def test_those_that_undo_each_other_are_left_out_and_a_second_time_changes_nothing() -> None:
    one_round = rules(("MW1", "a", 1, 2), ("MW2", "a", 2, 1), ("MW3", "b", 1, 2))
    found = settle({"a": 1, "b": 1}, one_round)
    assert found.value == {"a": 1, "b": 2}
    assert [one.code for one in found.fixed] == ["MW3"]
    assert found.left_out == {"MW1", "MW2"}
    again = settle(found.value, one_round)
    assert (again.value, again.fixed) == (found.value, ())


def test_a_chain_that_never_ends_is_given_up() -> None:
    endless = rules(*((f"MW{number}", "a", number, number + 1) for number in range(500)))
    found = settle({"a": 0}, endless)
    assert (found.value, found.fixed, found.hopeless) == ({"a": 0}, (), True)
