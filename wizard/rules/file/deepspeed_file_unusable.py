"""MW862."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.domain.finding import Finding, Severity
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW862",
    "deepspeed-file-unusable",
    "error",
    keys=("deepspeed",),
    crashes=("Expected a string path to an existing deepspeed config", "Expecting property name enclosed"),
)
def deepspeed_file_unusable(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`deepspeed` names a file that is not there, or is no JSON.

    What it checks
        Whether the file is there, from the folder that memwizard is called in, or beside the config, and is a JSON
        object. Files that Axolotl ships are not looked for, by their names: `axolotl fetch deepspeed_configs` brings
        them. A warning where the path is absolute and its folder is not there either: that may be another machine's.

    Why it matters
        The run dies when DeepSpeed is set up. A file that is no JSON stops it before that.

    Example
        Bad:
            deepspeed: configs/ds.json

        Good:
            deepspeed: deepspeed_configs/zero2.json

    Fix
        None: where it is only the person knows. Its content may stand under `deepspeed` as a block.

    Source
        axolotl 0.21.0 utils/config/__init__.py:270 (read); accelerate 1.15.0 utils/deepspeed.py:136-155 (executed)
    """
    plan = subject.plan
    path, read = deepspeed.file(plan), deepspeed.named_file(plan)
    if path is None or read is None:
        return
    if read.state == "broken":
        at = f", line {read.line}" if read.line else ""
        yield self.finding(f"deepspeed: {path}{at}: {read.why}: the run dies before it trains", "deepspeed", plan=plan)
    elif read.state in ("missing", "elsewhere") and not deepspeed.is_shipped(plan) and not path.startswith("{"):
        severity: Severity = "warning" if read.state == "elsewhere" else "error"
        here = " on this machine" if read.state == "elsewhere" else ""
        message = f"deepspeed: {path}: there is no such file{here}, and none that Axolotl ships"
        yield self.finding(message, "deepspeed", plan=plan, severity=severity)
