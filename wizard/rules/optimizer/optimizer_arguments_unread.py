"""MW914."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import optim_args
from wizard.domain.finding import Finding
from wizard.knowledge.optimizer_settings import optimizer_settings
from wizard.rules.registry import Rule, Subject, rule


@rule("MW914", "optimizer-arguments-unread", "warning", keys=("optim_args",))
def optimizer_arguments_unread(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Names in `optim_args` that the optimizer does not look at.

    What it checks
        The names against what transformers reads of them for this `optimizer`: of AdamW in PyTorch and bitsandbytes,
        Lion and Adafactor nothing at all; of `sgd` `momentum`, `dampening`, `weight_decay` and `nesterov`. Axolotl's
        own optimizers get every name.

    Why it matters
        transformers picks what it knows and drops the rest without a word: `betas` or `eps` there change nothing.

    Example
        Bad:
            optimizer: adamw_torch_fused
            optim_args:
              eps: 1.0e-6

        Bad:
            optimizer: sgd
            optim_args: momentumm=0.9

        Good:
            optimizer: sgd
            optim_args: momentum=0.9

        Good:
            optimizer: adamw_torch_fused
            adam_epsilon: 1.0e-6

    Fix
        For AdamW `adam_beta1`, `adam_beta2` and `adam_epsilon` say it. There is none to apply: what is meant decides.

    Source
        transformers 5.16.1 and 5.20.1 trainer_optimizer.py (read); axolotl 0.21.0 on a CPU (executed)
    """
    plan, name = subject.plan, subject.effective.optimizer
    reads = optimizer_settings().reads.get(name)
    if reads is None:
        return
    unread = [key for key in optim_args.names(plan) if key not in reads]
    if unread:
        beside = f"; it reads {', '.join(reads)}" if reads else ""
        message = f"optim_args: optimizer {name} does not look at {', '.join(unread)}{beside}"
        yield self.finding(message, "optim_args", "optimizer", plan=plan)
