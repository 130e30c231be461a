"""MW728."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("max_packed_sequence_len", "rope_scaling")


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
        The key goes. Not safe: what it asked for must be said in the new way.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:31 and :38 (executed)
    """
    plan = subject.plan
    found = ["rope_scaling"] if plan.get("rope_scaling") else []
    if number(plan.get("max_packed_sequence_len"), 0.0) != 0:
        found.append("max_packed_sequence_len")
    if found:
        message = f"{' and '.join(found)}: no longer supported, and Axolotl refuses the file"
        fix = Fix(dict.fromkeys(found, REMOVE), "unsafe", f"no {' and no '.join(found)}")
        yield self.finding(message, *found, plan=plan, fix=fix)
