"""Chat templates that Jinja can't read are told by their marks: the real Jinja is asked the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser

from wizard.axolotl.templates import fault, text

FAULTS: dict[str, str | None] = {
    "{{ x }}{# }} {% #}{% set a = 1 %}": None,
    "{%- for m in messages -%}{% if m %}{% elif n %}{% else %}{% endif %}{% break %}{% endfor %}": None,
    "{% generation %}{{ m }}{% endgeneration %}": None,
    "{% set a %}text{% endset %}": None,
    "{% set a = 'x' %}": None,
    "{% set a %}text": "has no endset",
    "{{ '}}{% if' }}{{ \"%}{{\" }}": None,
    "{# it's #}{{ 'x' }}": None,
    "{% if '%}' == x %}{% endif %}": None,
    "{{ 'it\\'s }}' }}": None,
    "{% raw %}{{ {% nothing %}{% endraw %}": None,
    "{% raw %}{{ x }}": "a {% is not closed",
    "{% raw %}": None,
    "{% raw %}\n": None,
    "{% raw %}x": "a {% is not closed",
    "{% raw %}{{ x }}{%- endraw -%}{% if x %}": "has no endif",
    "{{ x": "a {{ is not closed",
    "{# x": "a {# is not closed",
    "{% if x": "a {% is not closed",
    "{% if x %}": "has no endif",
    "{% endif %}": "ends nothing",
    "{% for a in b %}{% endif %}": "ends a for",
    "{% if x %}{% for a in b %}{% endif %}{% endfor %}": "ends a for",
    "{% if x %}{% endif %}{% endif %}": "ends nothing",
    "{% foreach a in b %}": "no tag foreach",
}


class Generation(Extension):
    """The tag that Axolotl adds."""

    tags = {"generation"}  # noqa: RUF012 (as Jinja has it)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def refused(template: str) -> bool:
    """Whether Jinja can't read it."""
    try:
        Environment(extensions=[Generation, loopcontrols], autoescape=True).parse(template)
    except TemplateSyntaxError:
        return True
    return False


@pytest.mark.parametrize("template", FAULTS)
def test_what_is_wrong_is_told(template: str) -> None:
    told, expected = fault(template), FAULTS[template]
    assert (told is None) if expected is None else (told or "").endswith(expected)
    assert refused(template) == (expected is not None)


PIECES = (
    *("{% if x %}", "{% else %}", "{% endif %}", "{%- for m in x -%}", "{%+ endfor %}", "{% set a = '{%' %}"),
    *("{% set b %}", "{% endset %}", "{% raw %}", "{% endraw %}", "{{ x['}}'] }}", "{# {% if #}", "{% generation %}"),
    *("{% endgeneration %}", "{% macro f(x) %}", "{% endmacro %}", "{{", "}}", "{%", "#}", "x", "'"),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_nothing_is_said_of_a_template_that_jinja_reads(template: str) -> None:
    if not refused(template):
        assert fault(template) is None


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"chat_template_jinja": "{{ x }}"}, "{{ x }}"),
        ({"chat_template_jinja": "{% if x %}", "chat_template": "jinja"}, "{% if x %}"),
        ({"chat_template_jinja": "{# x #}"}, "{# x #}"),
        ({"chat_template_jinja": "{{ x }}", "chat_template": "chatml"}, None),
        ({"chat_template_jinja": "my/template.jinja"}, None),
        ({"chat_template_jinja": 7}, None),
        ({}, None),
    ],
)
def test_which_text_is_the_template(values: dict[str, object], found: str | None) -> None:
    assert text(values) == found


def test_without_a_template_nothing_is_wrong() -> None:
    assert fault(None) is None
