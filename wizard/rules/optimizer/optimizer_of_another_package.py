"""MW920."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.knowledge.optimizer_settings import optimizer_settings
from wizard.rules.registry import Rule, Subject, rule


@rule("MW920", "optimizer-of-another-package", "warning", keys=("optimizer",))
def optimizer_of_another_package(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An optimizer out of a package that Axolotl does not bring.

    What it checks
        `optimizer` is one of GaLore's, APOLLO's, LOMO's, optimi's, CAME's, SCAO's, Q-GaLore's or FlashOptim's,
        GrokAdamW, torchdistx's, or one for other devices (`adamw_torch_npu_fused`, `adamw_torch_xla`).

    Why it matters
        `pip install axolotl` has none of them. Where the package is missing the run dies when the trainer is made,
        after the data is prepared and the model loaded: "You need to install `galore_torch`", "No module named
        'optimi'".

    Example
        Bad:
            optimizer: came_pytorch

        Bad:
            optimizer: optimi_adamw

        Good:
            optimizer: adamw_torch_fused

        Good:
            optimizer: schedule_free_adamw

    Fix
        Install it first. There is none to apply: what is installed where it trains is not known here.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 METADATA; transformers 5.16.1 and 5.20.1 trainer_optimizer.py (executed)
    """
    plan, name = subject.plan, str(subject.plan.get("optimizer"))
    settings = optimizer_settings()
    package = settings.package(name)
    if package is None:
        return
    command = 'pip install "axolotl[optimizers]"' if package in settings.extra else f"pip install {package}"
    message = f"optimizer: {name} is of {package}, which Axolotl does not bring: {command}"
    yield self.finding(message, "optimizer", plan=plan)
