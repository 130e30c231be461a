"""MW591."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, mesh
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_OTHERS = (
    "rl",
    "reward_model",
    "process_reward_model",
    "cut_cross_entropy",
    "liger_fused_linear_cross_entropy",
    "chunked_cross_entropy",
)


@rule(
    "MW591",
    "custom-loss-beside-others",
    "error",
    fix="unsafe",
    keys=("use_dft", "use_eaft"),
    quotes=("is an SFT-only loss and cannot be combined", "`use_dft` and `use_eaft` cannot be enabled together"),
    axolotl_since="0.20",
)
def custom_loss_beside_others(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A loss of its own beside what it can not go with.

    What it checks
        `use_dft` or `use_eaft` is on together with the other, with preference training or a reward model, with a fused
        or chunked loss, or with context parallelism.

    Why it matters
        Axolotl refuses the file: both losses take the labels away before the model sees them, so that no other loss is
        computed.

    Example
        Bad:
            use_dft: true
            chunked_cross_entropy: true

        Good:
            use_dft: true

    Fix
        The loss of its own is switched off. Not safe: another loss is learned from.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:1372 (executed)
    """
    plan = subject.plan
    own = [name for name in ("use_dft", "use_eaft") if plan.get(name)]
    others = early.which(plan, _OTHERS)
    if mesh.context_parallel_size(plan) > 1:
        others.append("context_parallel_size")
    if not own or (len(own) < 2 and not others):
        return
    beside = own[1] if len(own) > 1 else " and ".join(others)
    fix = Fix(dict.fromkeys(own, False), "unsafe", f"{' and '.join(own)} off")
    yield self.finding(f"{own[0]} beside {beside}: Axolotl refuses the file", *own, *others, plan=plan, fix=fix)
