"""MW641."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = re.compile(
    r"auto|balanced|balanced_low_0|sequential|(cpu|cuda|mps|npu|xpu|hpu|mlu|musa|sdaa|meta|disk)(:\d+)?|\d+"
)


@rule(
    "MW641",
    "unknown-device-map",
    "error",
    fix="unsafe",
    keys=("device_map",),
    crashes="When passing device_map as a string, the value needs to be a device name",
)
def unknown_device_map(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`device_map` in a word that transformers does not know.

    What it checks
        A text is auto, balanced, balanced_low_0, sequential or the name of a device, such as cuda:0.

    Why it matters
        Axolotl takes any value. The run dies when the model is loaded.

    Example
        Bad:
            device_map: gpu

        Good:
            device_map: auto

    Fix
        Take it out: Axolotl puts the model on each process's own GPU. Not safe: it lay elsewhere before.

    Source
        transformers 5.16.1 integrations/accelerate.py (executed, axolotl 0.21.0 the same)
    """
    plan = subject.plan
    name = plan.get("device_map")
    if isinstance(name, str) and not _KNOWN.fullmatch(name):
        message = f"device_map: {name} is neither auto, balanced, sequential nor a device: the run dies at the load"
        fix = Fix({"device_map": REMOVE}, "unsafe", "no device_map")
        yield self.finding(message, "device_map", plan=plan, fix=fix)
