"""MW913."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.knowledge.optimizer_settings import optimizer_settings
from wizard.rules.registry import Rule, Subject, rule


@rule("MW913", "optimizer-keys-of-another", "warning", fix="safe", keys=optimizer_settings().alone)
def optimizer_keys_of_another(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of one optimizer beside another.

    What it checks
        `dion_lr` and `dion_momentum` without `optimizer: dion`, keys that begin with `qgalore_` without
        `q_galore_adamw8bit`, `adam_beta3` and `adam_epsilon2` without `came_pytorch`, `optim_target_modules` without
        GaLore or APOLLO, `torchdistx_path` without `adamw_anyprecision`; and `dion_rank_fraction`,
        `dion_rank_multiple_of` and `lr_div_factor`, which Axolotl hands to no optimizer and no schedule at all.

    Why it matters
        They are taken and left out without a word: the weights move another way than the file says.

    Example
        Bad:
            optimizer: adamw_torch
            dion_lr: 0.01

        Bad:
            optimizer: adamw_8bit
            optim_target_modules: all_linear

        Good:
            optimizer: dion
            dion_lr: 0.01
            dion_momentum: 0.95

    Fix
        They go. Safe: nothing reads them.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 core/builders/base.py, contribs/mit/dion (read); 0.21.0 on a CPU (executed)
    """
    plan, name = subject.plan, subject.effective.optimizer
    unread = [key for key, of in optimizer_settings().alone.items() if plan.get(key) and not name.startswith(of or "-")]
    if unread:
        what = "it" if len(unread) == 1 else "them"
        message = f"optimizer {name:.40} does not read {', '.join(unread)}: the training goes on without {what}"
        fix = Fix(dict.fromkeys(unread, REMOVE), "safe", f"no {', '.join(unread)}")
        yield self.finding(message, *unread, "optimizer", plan=plan, fix=fix)
