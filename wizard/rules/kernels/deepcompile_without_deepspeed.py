"""MW562."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW562",
    "deepcompile-without-deepspeed",
    "error",
    fix="safe",
    keys=("deepcompile",),
    quotes=("DeepCompile is only supported with DeepSpeed", "expected str, bytes or os.PathLike object, not dict"),
)
def deepcompile_without_deepspeed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`deepcompile` without the path of a DeepSpeed config.

    What it checks
        `deepcompile` is on, and `deepspeed` is empty, or is a block of settings instead of a path.

    Why it matters
        DeepCompile is a setting of DeepSpeed's, which Axolotl adds to the JSON file it is given. Without
        DeepSpeed it refuses the config; with a block in place of a path it stops with a TypeError.

    Example
        Bad:
            deepcompile: true

        Bad:
            deepcompile: true
            deepspeed:
              zero_optimization:
                stage: 2

        Good:
            deepspeed:
              compile:
                deepcompile: true
              zero_optimization:
                stage: 2

    Fix
        `deepcompile` goes; into a block of DeepSpeed settings goes its own `compile.deepcompile`. Safe: that is
        what the key does.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1314 (executed)
    """
    plan = subject.plan
    if not plan.get("deepcompile"):
        return
    if not deepspeed.deepspeed(plan):
        message = "deepcompile without deepspeed: Axolotl refuses the config"
        fix = Fix({"deepcompile": REMOVE}, "safe", "no deepcompile")
    elif content := deepspeed.content(plan):
        message = "deepcompile needs deepspeed as the path of a JSON file, not as a block: Axolotl stops on it"
        inside = content if "compile" in content else {**content, "compile": {"deepcompile": True}}
        fix = Fix({"deepcompile": REMOVE, "deepspeed": inside}, "safe", "compile.deepcompile inside deepspeed")
    else:
        return
    yield self.finding(message, "deepcompile", "deepspeed", plan=plan, fix=fix)
