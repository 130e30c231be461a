"""MW850."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_OWN = {"revision": "revision_of_model", "trust_remote_code": "trust_remote_code"}
"""Keys that a processor's block must not have, and the top-level keys that say the same."""


@rule(
    "MW850",
    "reserved-processor-kwargs",
    "error",
    fix="unsafe",
    keys=("processor_kwargs",),
    quotes="Do not set reserved keys",
)
def reserved_processor_kwargs(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`revision` or `trust_remote_code` inside `processor_kwargs`.

    What it checks
        `processor_kwargs` has one of the two keys.

    Why it matters
        They have keys of their own, `revision_of_model` and `trust_remote_code`, and Axolotl refuses the file.

    Example
        Bad:
            processor_type: AutoProcessor
            processor_kwargs:
              revision: abc

        Good:
            processor_type: AutoProcessor
            revision_of_model: abc
            processor_kwargs:
              min_pixels: 50176

    Fix
        The key goes to the top of the file, unless it is there already. Not safe: model and tokenizer follow it too.

    Source
        axolotl 0.19.0 utils/schemas/model.py:130 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    block = mapping(plan, "processor_kwargs")
    found = [key for key in _OWN if key in block]
    if not found:
        return
    changes: dict[str, object] = {"processor_kwargs": {key: block[key] for key in block if key not in found} or None}
    changes |= {_OWN[key]: block[key] for key in found if plan.get(_OWN[key]) is None}
    named = " and ".join(found)
    message = f"processor_kwargs has {named}, which stands at the top of the file: Axolotl refuses it"
    fix = Fix(changes, "unsafe", f"{', '.join(_OWN[key] for key in found)} instead")
    yield self.finding(message, "processor_kwargs", plan=plan, fix=fix)
