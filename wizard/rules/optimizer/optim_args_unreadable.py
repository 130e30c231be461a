"""MW587."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW587",
    "optim-args-unreadable",
    "error",
    keys=("optim_args", "optimizer"),
    crashes=(
        "not enough values to unpack",
        "too many values to unpack",
        "expected str, bytes or os.PathLike object, not NoneType",
    ),
)
def optim_args_unreadable(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`optim_args` in a text that is no list of settings, or `adamw_anyprecision` without the path it wants.

    What it checks
        A text in `optim_args` is settings as `name=value` with commas between; `optimizer: adamw_anyprecision` has
        `torchdistx_path`.

    Why it matters
        Axolotl takes any text. The run dies when the trainer is made, after the data is prepared and the model loaded.

    Example
        Bad:
            optim_args: eps 1e-8

        Bad:
            optimizer: adamw_anyprecision

        Good:
            optim_args: eps=1e-8

        Good:
            optim_args:
              eps: 1.0e-8

    Fix
        Write settings as a block, or as `name=value`. There is none to apply.

    Source
        axolotl 0.19.0 core/builders/base.py:423-446; transformers 5.16.1 trainer.py (executed)
    """
    plan = subject.plan
    written = plan.get("optim_args")
    if isinstance(written, str) and any(part.count("=") != 1 for part in written.replace(" ", "").split(",")):
        message = f"optim_args: {written} is no list of name=value: the run dies when the trainer is made"
        yield self.finding(message, "optim_args", plan=plan)
    if plan.get("optimizer") == "adamw_anyprecision" and not plan.get("torchdistx_path"):
        message = "optimizer: adamw_anyprecision wants torchdistx_path: the run dies when the trainer is made"
        yield self.finding(message, "optimizer", plan=plan)
