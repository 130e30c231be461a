"""MW654."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_ENDING = "_torch_compile.json"


@rule(
    "MW654",
    "deepspeed-compile-file-refused",
    "error",
    fix="unsafe",
    keys=("deepspeed",),
    crashes="Extra inputs are not permitted",
)
def deepspeed_compile_file_refused(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A DeepSpeed file that Axolotl ships with a block that DeepSpeed refuses.

    What it checks
        `deepspeed` names zero1_torch_compile.json or zero2_torch_compile.json.

    Why it matters
        Their `compile` block has `disable` and `backend`, which DeepSpeed knows no more: the run dies when
        DeepSpeed is set up, after the model is loaded.

    Example
        Bad:
            deepspeed: deepspeed_configs/zero1_torch_compile.json

        Good:
            deepspeed: deepspeed_configs/zero1.json
            torch_compile: true

    Fix
        The file without the block, and `torch_compile: true`. Not safe: Trainer compiles in place of DeepSpeed.

    Source
        axolotl 0.21.0 deepspeed_configs/zero1_torch_compile.json; deepspeed 0.18.6 and 0.19.6 compile/config.py:12,
        with that block (executed)
    """
    plan, path, name = subject.plan, deepspeed.file(subject.plan), deepspeed.file_name(subject.plan)
    if path is not None and name is not None and name.endswith(_ENDING) and deepspeed.is_shipped(plan):
        other = path.removesuffix(_ENDING) + ".json"
        message = f"deepspeed: {name} has a compile block that DeepSpeed refuses: the run dies when it is set up"
        fix = Fix({"deepspeed": other, "torch_compile": True}, "unsafe", f"{other} and torch_compile: true")
        yield self.finding(message, "deepspeed", plan=plan, fix=fix)
