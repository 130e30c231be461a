"""MW536."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_SETTINGS = ("adam_beta1", "adam_beta2", "adam_epsilon")
_DEAF = frozenset({"sgd", "adagrad", "rmsprop", "adafactor", "lomo", "adalomo", "flash_sgd", "flash_sgdw", "polora"})


@rule(
    "MW536",
    "adam-settings-without-adamw",
    "warning",
    fix="safe",
    keys=_SETTINGS,
    quotes="adamw hyperparameters found, but no adamw optimizer set",
)
def adam_settings_without_adamw(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of Adam with an optimizer that is not called adamw.

    What it checks
        One of `adam_beta1`, `adam_beta2` and `adam_epsilon` is set and not 0, and the name of the `optimizer` does
        not have "adamw" in it.

    Why it matters
        Axolotl warns of it. SGD, Adagrad, RMSprop, Adafactor and others never look at them. Muon, Lion and
        others do, each in its own way, so the warning alone does not tell whether they count.

    Example
        Bad:
            optimizer: adafactor
            adam_beta2: 0.95

        Good:
            optimizer: adamw_torch_fused
            adam_beta2: 0.95

    Fix
        Where the optimizer never looks at them, they go. Safe: they have no effect.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:914 (executed), core/builders/base.py:294 (read);
        transformers 5.14 trainer_optimizer.py (read)
    """
    plan = subject.plan
    name = str(plan.get("optimizer", "adamw_torch_fused"))
    written = [key for key in _SETTINGS if number(plan.get(key), 0.0)]
    if "adamw" in name.lower() or not written:
        return
    message = f"{', '.join(written)} with optimizer: {name}: Axolotl warns that no adamw optimizer is set"
    fix = None
    if name in _DEAF:
        message += f"; {name} does not look at them"
        fix = Fix(dict.fromkeys(written, REMOVE), "safe", f"without {', '.join(written)}")
    yield self.finding(message, *written, "optimizer", plan=plan, fix=fix)
