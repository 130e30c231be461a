"""MW635."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW635", "device-map-dropped", "hint", keys=("device_map",))
def device_map_dropped(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`device_map` is dropped under the default launcher.

    What it checks
        `device_map` is set.

    Why it matters
        `axolotl train` starts through `accelerate launch`, and with it Axolotl sets `device_map` to nothing without
        a word; with several processes it is each process's own GPU. It works with `--launcher python` alone, where
        "auto" may put layers on the CPU, which bitsandbytes refuses.

    Example
        Bad:
            device_map: auto

        Good:
            gpu_memory_limit: 20

    Fix
        Take it out, or start with `--launcher python`. No single change is right.

    Source
        axolotl 0.19.0 utils/config/__init__.py:138 (read), accelerate 1.13 utils/launch.py:133 (read)
    """
    message = "device_map likely has no effect: under axolotl's default launcher it is dropped without a word"
    yield self.finding(message, "device_map", plan=subject.plan)
