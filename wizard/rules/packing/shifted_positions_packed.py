"""MW917."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import packing
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW917",
    "shifted-positions-packed",
    "error",
    fix="unsafe",
    keys=("use_pose",),
    crashes="zero-dimensional arrays cannot be concatenated",
)
def shifted_positions_packed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`use_pose` with packing.

    What it checks
        `use_pose` and `sample_packing` are on.

    Why it matters
        PoSE writes a number beside each row that the packing can't put together. Axolotl takes the file, and the run
        dies at the first batch, after the data is prepared and the model loaded.

    Example
        Bad:
            use_pose: true
            pose_max_context_len: 16384
            sample_packing: true

        Good:
            use_pose: true
            pose_max_context_len: 16384

    Fix
        `sample_packing: false`. Not safe: other rows share a batch.

    Source
        axolotl 0.19.0 and 0.21.0 utils/trainer.py (add_pose_position_ids), utils/collators/batching.py:248 (trained on
        a CPU)
    """
    plan = subject.plan
    if flag(plan.get("use_pose")) and packing.sample_packing(plan):
        message = "use_pose with sample_packing: its rows can't be packed, and the run dies at the first batch"
        fix = Fix({"sample_packing": False}, "unsafe", "sample_packing: false")
        yield self.finding(message, "use_pose", "sample_packing", plan=plan, fix=fix)
