"""MW801."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import plugins
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.knowledge.axolotl.meanings import Meaning, meanings
from wizard.rules.file._translation import translation
from wizard.rules.file.unsloth_field_removed import UNSLOTH
from wizard.rules.registry import Rule, Subject, rule

_WHOSE = {"scripts": "in other trainers' scripts", "transformers": "in Hugging Face's trainer"}
_TOLD = frozenset({*UNSLOTH, "fsdp"})
"""Keys that Axolotl refuses by name, which rules of their own say (MW804, MW690)."""
_ADDED = frozenset({"plugins", "n_gpu", "world_size"})


@rule("MW801", "unknown-key", "warning", fix="unsafe")
def unknown_key(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key that Axolotl does not have.

    What it checks
        Each top-level key against the fields of Axolotl and of the plugins it ships. The keys of plugins
        from elsewhere are not known here. A key of another trainer (Hugging Face's, PEFT, TRL, LLaMA-Factory) or of
        an older Axolotl is told by what it means there.

    Why it matters
        Axolotl drops an unknown key without a word: `gradient_checkpoint: true` trains without checkpointing and
        runs out of memory, and nothing tells why. Axolotl's own examples had such a typo for months.

    Example
        Bad:
            gradient_checkpoint: true

        Bad:
            num_train_epochs: 3

        Bad:
            debug: true

        Good:
            gradient_checkpointing: true

        Good:
            num_epochs: 3

    Fix
        What means the same to Axolotl, where the key is known from elsewhere; else the nearest name, where one is
        near. Not safe: the setting begins to work. Safe where the key just goes, since it did nothing.

    Source
        axolotl 0.19.0 utils/schemas/config.py (pydantic drops extra keys), field list generated from it (executed);
        what other keys mean: wizard/knowledge/axolotl/foreign_keys.toml and old_keys.toml
    """
    plan = subject.plan
    if plugins.foreign(plan):
        return  # it may be a field of that plugin
    known, ours = fields(subject.axolotl), plugin_fields(subject.axolotl)
    strange = [key for key in plan if not (key in known or key in ours or key in _ADDED or plan.values[key] is None)]
    for key in sorted(strange, key=lambda one: one not in meanings()):  # what can be brought along is never cut off
        if key in _TOLD and plan.values[key]:
            continue
        meant = meanings().get(key)
        if meant is not None:
            yield _meant(self, subject, meant)
            continue
        near = closest(str(key), (*known, *ours), 0.75)
        message = f"{key} is not a field of Axolotl: it is dropped without a word"
        if near is None:
            yield self.finding(message, str(key), plan=plan)
            continue
        fix = None
        if near not in plan:
            changes = {str(key): REMOVE, near: plan.values[key]}
            fix = Fix(changes, "unsafe", f"{near} in place of {key}", guess=True)
        yield self.finding(f"{message}; did you mean {near}?", str(key), plan=plan, fix=fix)


def _meant(self: Rule, subject: Subject, meant: Meaning) -> Finding:
    """The finding for a key whose meaning is known."""
    found = translation(subject.plan, meant)
    where = f"up to {meant.of} it was" if meant.old else f"{_WHOSE.get(meant.of, f'in {meant.of}')} it is"
    message = f"{meant.key} is not a field of Axolotl, which drops it without a word: {where} {meant.means}"
    if not found.changes:
        return self.finding(f"{message}; a person has to decide: {found.says}", meant.key, plan=subject.plan)
    if found.drops:
        fix = Fix(found.changes, "safe", f"no {meant.key}: {found.says}")
        return self.finding(f"{message}; {found.says}", meant.key, plan=subject.plan, fix=fix)
    fix = Fix(found.changes, "unsafe", found.says)
    return self.finding(f"{message}; here that is {found.says}", meant.key, plan=subject.plan, fix=fix)
