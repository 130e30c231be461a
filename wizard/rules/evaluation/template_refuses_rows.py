"""MW790."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import turns
from wizard.axolotl.forms.columns import DEFAULT_ROLES, talk
from wizard.domain.finding import Finding, Fix
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.rules.registry import Rule, Subject, rule


@rule("MW790", "template-refuses-rows", "error", fix="unsafe", keys=("datasets", "test_datasets"),
      crashes=("System role not supported", "roles must alternate", "roles are supported", "Unexpected role: tool",
               "can only concatenate str"))  # fmt: skip
def template_refuses_rows(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Conversations in which somebody speaks whom the chat template does not know.

    What it checks
        The messages of a data file that is here, and whether the template that marks them is one of Axolotl's that
        stops at a message of the system, or of a tool.

    Why it matters
        The run stops when the rows are prepared: `System role not supported`, or `Conversation roles must alternate`.

    Example
        Bad:
            # rows.jsonl: {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            base_model: google/gemma-2-2b
            chat_template: gemma
            eot_tokens: [<end_of_turn>]
            datasets:
              - path: rows.jsonl
                type: chat_template

        Good:
            # rows.jsonl: {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            base_model: google/gemma-2-2b
            chat_template: gemma
            eot_tokens: [<end_of_turn>]
            datasets:
              - path: rows.jsonl
                type: chat_template
                drop_system_message: true

    Fix
        `drop_system_message` where the system speaks. Not safe: what it says is not read then. Of tools there is none:
        another template reads them, or rows without them.

    Source
        axolotl 0.21.0 utils/chat_templates/templates/, prompt_strategies/chat_template.py (executed)
    """  # noqa: E501
    plan = subject.plan
    for data in turns.marked(plan):
        head = subject.heads.get(str(data.entry.get("path")))
        if head is None or data.template is None or data.entry.get("data_files"):
            continue
        for role in sorted(_roles(data.entry, head) & data.template.refuses):
            where = f"{data.key}[{data.place}]"
            message = f"{where}: the template {data.name} stops at a message of the {role}, and {head.path} has one"
            fix = _without(plan, data) if role == "system" else None
            yield self.finding(message, f"{where}.type", "chat_template", plan=plan, fix=fix)


def _roles(entry: Mapping[str, object], head: Head) -> frozenset[str]:
    """Who speaks, as Axolotl calls them, without a system that is dropped."""
    said = talk(head, str(entry.get("field_messages") or "messages"))
    named = entry.get("roles")
    known = DEFAULT_ROLES
    if isinstance(named, Mapping) and named:
        known = {str(one): str(role) for role, sources in named.items() for one in sources or ()}
    found = {known.get(one, one) for one in (said.speakers if said is not None else ())}
    if head.values(str(entry.get("field_system") or "system")):
        found.add("system")
    return frozenset(found - ({"system"} if entry.get("drop_system_message") else set()))


def _without(plan: Plan, data: turns.Turns) -> Fix:
    listed = plan.get(data.key)
    made = list(listed) if isinstance(listed, list) else []
    made[data.place] = {**data.entry, "drop_system_message": True}
    return Fix({data.key: made}, "unsafe", "drop_system_message: true")
