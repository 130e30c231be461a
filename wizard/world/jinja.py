"""Renders chat templates as transformers does (the extra `memwizard[data]`): sandboxed, without files or network.

Source: transformers 5.x utils/chat_template_utils.py. Nothing else imports the library jinja2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from wizard.domain.conversation import Render, TemplateRefused, Turn

MISSING = "the package that renders templates is not installed: pip install 'memwizard[data]'"


def renderer(template: str, tokens: Mapping[str, str]) -> tuple[Render | None, str]:
    """What renders turns by a template; None, and why, where it can't be used. `tokens`: `eos_token` and so on."""
    try:
        import jinja2
    except ImportError:
        return None, MISSING
    try:
        made = _environment().from_string(template)
    except (jinja2.TemplateError, RecursionError) as error:
        return None, f"the chat template can't be read: {error}"

    def render(turns: Sequence[Turn], tools: list[Any] | None) -> str:
        try:
            return str(made.render(messages=list(turns), tools=tools, documents=None, add_generation_prompt=False,
                                   **tokens))  # fmt: skip
        except jinja2.TemplateError as error:
            raise TemplateRefused(f"the chat template refuses it: {error}") from None
        except Exception as error:  # a template may do anything
            raise TemplateRefused(f"the chat template can't render it: {error}") from None

    return render, ""


def message_keys(template: str) -> frozenset[str]:
    """The keys of a message that Axolotl gives a template beside role and content: those it asks of a `message`.

    axolotl 0.21.0 prompt_strategies/jinja_template_analyzer.py: of a variable with any other name nothing is found.
    """
    from jinja2 import TemplateError, nodes

    try:
        tree = _environment().parse(template)
    except (TemplateError, RecursionError):
        return frozenset()
    found = {one.attr for one in tree.find_all(nodes.Getattr) if _base(one) == "message"}
    for one in tree.find_all(nodes.Getitem):
        if _base(one) == "message" and isinstance(one.arg, nodes.Const) and isinstance(one.arg.value, str):
            found.add(one.arg.value)
    return frozenset(found)


def _base(node: Any) -> str | None:
    while hasattr(node, "node"):
        node = node.node
    return getattr(node, "name", None)


def _environment() -> Any:
    from jinja2 import nodes
    from jinja2.exceptions import TemplateError
    from jinja2.ext import Extension, loopcontrols
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class GenerationTag(Extension):
        """`{% generation %}`: what an assistant says; it changes nothing of the text."""

        tags = {"generation"}  # noqa: RUF012

        def parse(self, parser: Any) -> Any:
            """Its body."""
            line = next(parser.stream).lineno
            body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
            return nodes.Scope(body).set_lineno(line)

    def refuse(message: str) -> None:
        raise TemplateError(message)

    found: Any = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[GenerationTag, loopcontrols]
    )
    found.filters["tojson"] = _to_json
    found.globals["raise_exception"] = refuse
    found.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    return found


def _to_json(value: object, ensure_ascii: bool = False, indent: int | None = None,
             separators: tuple[str, str] | None = None, sort_keys: bool = False) -> str:  # fmt: skip
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)
