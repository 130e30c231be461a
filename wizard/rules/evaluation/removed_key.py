"""MW728."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import mapping, number
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("max_packed_sequence_len", "rope_scaling")
_DECIDE = "the rope_theta of the model's config.json must stand beside rope_type (MW848)"


@rule(
    "MW728",
    "removed-key",
    "error",
    fix="unsafe",
    keys=_KEYS,
    quotes=("`max_packed_sequence_len` is no longer supported", "`rope_scaling` is no longer supported"),
)
def removed_key(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`max_packed_sequence_len` or `rope_scaling`, which Axolotl has no more.

    What it checks
        Either key has a value other than 0, false or an empty one.

    Why it matters
        Axolotl refuses the file. Rows are packed to `sequence_len` with `sample_packing`, and RoPE settings are
        written under `overrides_of_model_config`.

    Example
        Bad:
            max_packed_sequence_len: 4096

        Bad:
            rope_scaling:
              type: linear
              factor: 2.0

        Good:
            sequence_len: 4096
            sample_packing: true
            pad_to_sequence_len: true

    Fix
        `rope_scaling` goes into `overrides_of_model_config`; `max_packed_sequence_len` becomes `sample_packing` with
        rows of that length. Not safe: packed rows are kept apart now, which they were not. None for a `rope_scaling`
        that is no block: it names no factor.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:31 and :38 (executed)
    """
    plan = subject.plan
    found = ["rope_scaling"] if plan.get("rope_scaling") else []
    if number(plan.get("max_packed_sequence_len"), 0.0) != 0:
        found.append("max_packed_sequence_len")
    if found:
        message = f"{' and '.join(found)}: no longer supported, and Axolotl refuses the file"
        if "rope_scaling" in found and not isinstance(plan.get("rope_scaling"), dict):
            message += "; a person has to decide: which rope_type and factor rope_scaling names"
        changes = _today(plan, found)
        rope = plan.get("rope_scaling")
        open_ = isinstance(rope, dict) and rope and "rope_theta" not in rope
        fix = Fix(changes, "unsafe", "the same in today's keys", decide=_DECIDE if open_ else "") if changes else None
        yield self.finding(message, *found, plan=plan, fix=fix)


def _today(plan: Plan, found: list[str]) -> dict[str, object]:
    """The keys that say the same now; what is written of them already stays."""
    changes: dict[str, object] = {}
    rope = plan.get("rope_scaling")
    if isinstance(rope, dict) and rope:
        model = mapping(plan, "overrides_of_model_config")
        changes["rope_scaling"] = REMOVE
        named = {"rope_type" if key == "type" and "rope_type" not in rope else key: one for key, one in rope.items()}
        changes["overrides_of_model_config"] = {"rope_scaling": named, **model}
    if "max_packed_sequence_len" in found:
        changes["max_packed_sequence_len"] = REMOVE
        length = plan.get("max_packed_sequence_len")
        if batch.sequence_len(plan) != length:
            changes["sequence_len"] = length
        changes |= {"sample_packing": True, "pad_to_sequence_len": True}
    return changes
