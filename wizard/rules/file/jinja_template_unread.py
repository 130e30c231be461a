"""MW971."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import datasets
from wizard.domain.finding import Finding, Fix
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW971",
    "jinja-template-unread",
    "warning",
    fix="unsafe",
    keys=("chat_template", "chat_template_jinja", "datasets", "test_datasets"),
)
def jinja_template_unread(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A template of your own beside the name of another.

    What it checks
        `chat_template_jinja` beside a `chat_template` that is not `jinja`, in the file or in an entry of `datasets` or
        `test_datasets`.

    Why it matters
        Axolotl reads `chat_template_jinja` where `chat_template` is `jinja`, or is not there. Beside another name it is
        not looked at: the model is trained with the template of that name, and no line of the log says so.

    Example
        Bad:
            chat_template: chatml
            chat_template_jinja: "{% for m in messages %}{{ m['content'] }}{{ eos_token }}{% endfor %}"

        Good:
            chat_template: jinja
            chat_template_jinja: "{% for m in messages %}{{ m['content'] }}{{ eos_token }}{% endfor %}"

    Fix
        `chat_template: jinja`, which takes your own. Not safe: another template is trained. Or leave your own out.

    Source
        axolotl 0.21.0 utils/chat_templates/base.py:50-96 (executed on a CPU: the named template is learned)
    """
    plan = subject.plan
    if _unread(plan.values):
        fix = Fix({"chat_template": "jinja"}, "unsafe", "chat_template: jinja")
        yield self.finding(_said("", plan.values), "chat_template_jinja", "chat_template", plan=plan, fix=fix)
    for entry in datasets.entries(plan, "datasets", "test_datasets"):
        if _unread(entry.values):
            listed = put(plan.get(entry.key), (entry.number,), {**entry.values, "chat_template": "jinja"})
            fix = Fix({entry.key: listed}, "unsafe", "chat_template: jinja")
            path = entry.path("chat_template_jinja")
            yield self.finding(_said(f"{path}: ", entry.values), path, plan=plan, fix=fix)


def _unread(values: Mapping[str, object]) -> bool:
    named = values.get("chat_template")
    return bool(values.get("chat_template_jinja")) and isinstance(named, str) and named not in ("", "jinja")


def _said(where: str, values: Mapping[str, object]) -> str:
    named = values["chat_template"]
    return f"{where}chat_template is {named}, so the template in chat_template_jinja is not read: {named} is trained"
