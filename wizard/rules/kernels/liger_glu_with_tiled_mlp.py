"""MW552."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import LIGER, listed
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW552",
    "liger-glu-with-tiled-mlp",
    "error",
    fix="unsafe",
    keys=("liger_glu_activation",),
    quotes="set without `tiled_mlp_use_original_mlp: true`",
)
def liger_glu_with_tiled_mlp(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Liger's activation with the tiled MLP, which would throw it away.

    What it checks
        Liger's plugin is listed, `liger_glu_activation` and `tiled_mlp` are both `true`, and
        `tiled_mlp_use_original_mlp` is not written as true. Its default, true, does not count here.

    Why it matters
        A tiled MLP of its own would replace Liger's. The validator reads the file before the defaults are filled
        in, and refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_glu_activation: true
            tiled_mlp: true

        Good:
            plugins: [axolotl.integrations.liger.LigerPlugin]
            liger_glu_activation: true
            tiled_mlp: true
            tiled_mlp_use_original_mlp: true

    Fix
        `tiled_mlp_use_original_mlp: true`. Safe where it is left out, since that is its default.

    Source
        axolotl 0.19.0 integrations/liger/args.py:100 (executed)
    """
    plan = subject.plan
    written = plan.get("tiled_mlp_use_original_mlp")
    if plan.get("liger_glu_activation") is not True or plan.get("tiled_mlp") is not True:
        return
    if written or not listed(plan, LIGER):
        return
    message = "liger_glu_activation with tiled_mlp needs tiled_mlp_use_original_mlp: true in the file: Axolotl refuses"
    changes = {"tiled_mlp_use_original_mlp": True}
    fix = Fix(changes, "safe" if written is None else "unsafe", "tiled_mlp_use_original_mlp: true")
    yield self.finding(message, "liger_glu_activation", "tiled_mlp", plan=plan, fix=fix)
