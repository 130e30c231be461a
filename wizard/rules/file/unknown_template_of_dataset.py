"""MW858."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.axolotl.turns import LISTS
from wizard.domain.finding import Finding
from wizard.domain.nearest import did_you_mean
from wizard.knowledge.axolotl.templates import FALLBACK, templates
from wizard.rules.registry import Rule, Subject, rule


@rule("MW858", "unknown-template-of-dataset", "error", keys=LISTS, crashes="not found.")
def unknown_template_of_dataset(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The `chat_template` of a data set is not one of Axolotl's names.

    What it checks
        `chat_template` in each entry of `datasets` and `test_datasets` whose type is `chat_template`, against
        Axolotl's names.

    Why it matters
        The schema takes any text there, and the run dies when the data is loaded: "Template 'llama-3' not found."

    Example
        Bad:
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template
                chat_template: llama-3

        Good:
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template
                chat_template: llama3

    Fix
        Write the name that the message is near to, `tokenizer_default`, or your own template as `chat_template_jinja`.

    Source
        axolotl 0.19.0 and 0.21.0 utils/chat_templates/base.py:88-92 (executed)
    """
    plan, known = subject.plan, templates(subject.axolotl)
    for entry in datasets.entries(plan, *LISTS):
        name, place = entry.values.get("chat_template"), entry.path("chat_template")
        if not str(entry.type).startswith("chat_template") or not isinstance(name, str):
            continue
        if name not in known and not name.startswith(FALLBACK):
            message = f"{place}: {name} is none of Axolotl's: the run dies when data is loaded"
            yield self.finding(f"{message}.{did_you_mean(name, sorted(known))}", place, plan=plan)
