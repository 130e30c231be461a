"""Regular expressions out of a person's file."""

from __future__ import annotations

import pytest

from wizard.domain.patterns import compiled, endless, readable, unreadable


@pytest.mark.parametrize(
    "pattern",
    [
        r"(([a-z_.0-9])+)+!", r"(a*)*b", r"(?:a|a)+b", r"(.*\.)*x!", r"(?P<n>\w+)*!", r".*.*.*.*.*!", r"(a?){30}b",
        "a?" * 30 + "!", r"(.*)(.*)(.*)(.*)(.*)!", r"(x+x+){2,}y", r".+?.+?.+?.+?.+?!", "a" * 20_000,
    ],
)  # fmt: skip
def test_what_may_never_end_is_not_tried(pattern: str) -> None:
    assert endless(pattern)
    assert compiled(pattern) is None
    assert readable(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "q_proj", r".*\.(q|k|v)_proj", r"^(?!.*visual).*(?:q_proj|v_proj)$", r"model\.layers\.([0-9]|1[0-5])\..*",
        r"model.language_model.layers.[\d]+.(mlp|cross_attn|self_attn).(up|down|gate|q|k|v|o)_proj",
        r".*?(?:language|text).*?(?:self_attn|mlp).*?(?:q_proj|v_proj|up_proj).*?", r"(?i)(?:.*\.)?layers\.\d{1,2}\.+",
        r"(?:.*?(?:vision|image).*?(?:self_attn|mlp).*?(?:q_proj|o_proj).*?)|(?:\bmodel\.layers\.[\d]{1,}\.mlp)",
    ],
)  # fmt: skip
def test_what_people_write_is(pattern: str) -> None:
    assert not endless(pattern)
    assert compiled(pattern) is not None


@pytest.mark.parametrize("pattern", ["*.q_proj", "(", "a{2,1}", "["])
def test_what_is_no_expression(pattern: str) -> None:
    assert compiled(pattern) is None
    assert not readable(pattern)


def test_of_a_long_list_the_first_that_are_no_plain_names_are_tried() -> None:
    names = [f"layers.{number}.q_proj" for number in range(20_000)]
    assert unreadable([*names, "(", "a.*", "(", "*"]) == ["(", "*"]
    assert unreadable([f"(a{number}" for number in range(5_000)])[-1] == "(a999"
