"""MW915."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import optim_args
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_TAKES: Mapping[str, tuple[str, ...]] = {
    "muon": ("lr", "weight_decay", "betas", "eps", "momentum", "nesterov", "ns_steps"),
    "adopt_adamw": (
        "lr", "weight_decay", "betas", "eps", "clip_lambda", "decouple", "foreach", "maximize", "capturable",
        "differentiable", "fused",
    ),
}  # fmt: skip
"""Axolotl's own that take what they are given as it is, and the names that they take."""


@rule(
    "MW915",
    "optimizer-arguments-as-text",
    "error",
    keys=("optim_args",),
    crashes=(
        "must be Tensor, not str",
        "'<=' not supported between instances of 'float' and 'str'",
        "got an unexpected keyword argument",
    ),
)
def optimizer_arguments_as_text(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`optim_args` that Axolotl's own Muon or ADOPT can't take.

    What it checks
        With `optimizer: muon` or `adopt_adamw`: values that are text, as all are where `optim_args` is one text
        (`momentum=0.9`), and as `1e-6` is for YAML, which wants a dot (1.0e-6); and names that they do not know.

    Why it matters
        Axolotl makes no numbers of these, as transformers does of its own. The run dies when the optimizer is made, or
        at the first step.

    Example
        Bad:
            optimizer: muon
            optim_args: momentum=0.9

        Bad:
            optimizer: adopt_adamw
            optim_args:
              eps: 1e-6

        Bad:
            optimizer: muon
            optim_args:
              momentumm: 0.9

        Good:
            optimizer: muon
            optim_args:
              momentum: 0.9

    Fix
        Write a block of numbers. There is none to apply: what is meant is not known of every text.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/base.py (_configure_optimizer), contribs/mit/muon/muon.py:71,
        utils/optimizers/adopt.py (executed on a CPU)
    """
    plan = subject.plan
    takes = _TAKES.get(str(plan.get("optimizer")))
    if takes is None:
        return
    unknown = [name for name in optim_args.names(plan) if name not in takes]
    texts = optim_args.as_text(plan)
    if unknown:
        why = f"it knows no {', '.join(unknown)}"
    elif texts:
        why = f"{', '.join(texts)} as text, where it wants a number in a block (1.0e-6 with its dot)"
    else:
        return
    message = f"optim_args of optimizer {plan.shown('optimizer')}: {why}: the run dies when it is made or first steps"
    yield self.finding(message, "optim_args", "optimizer", plan=plan)
