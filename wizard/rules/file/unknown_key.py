"""MW801."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import plugins
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.rules.registry import Rule, Subject, rule

_ADDED = frozenset({"plugins", "n_gpu", "world_size"})


@rule("MW801", "unknown-key", "warning", fix="unsafe")
def unknown_key(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key that Axolotl does not have.

    What it checks
        Each top-level key against the fields of Axolotl and of the plugins it ships. The keys of plugins
        from elsewhere are not known here.

    Why it matters
        Axolotl drops an unknown key without a word: `gradient_checkpoint: true` trains without checkpointing and
        runs out of memory, and nothing tells why. Axolotl's own examples had such a typo for months.

    Example
        Bad:
            gradient_checkpoint: true

        Good:
            gradient_checkpointing: true

    Fix
        The key takes the nearest name where one is near. Not safe: the setting begins to work.

    Source
        axolotl 0.19.0 utils/schemas/config.py (pydantic drops extra keys), field list generated from it (executed)
    """
    plan = subject.plan
    known, ours = fields(subject.axolotl), plugin_fields(subject.axolotl)
    for key in plan:
        if key in known or key in ours or key in _ADDED or plan.values[key] is None:
            continue
        if plugins.foreign(plan):
            continue  # it may be a field of that plugin
        near = closest(str(key), (*known, *ours), 0.75)
        message = f"{key} is not a field of Axolotl: it is dropped without a word"
        if near is None:
            yield self.finding(message, str(key), plan=plan)
            continue
        fix = None
        if near not in plan:
            changes = {str(key): REMOVE, near: plan.values[key]}
            fix = Fix(changes, "unsafe", f"{near} in place of {key}")
        yield self.finding(f"{message}; did you mean {near}?", str(key), plan=plan, fix=fix)
