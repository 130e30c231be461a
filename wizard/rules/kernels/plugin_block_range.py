"""MW578."""

from __future__ import annotations

import math
from collections.abc import Iterator

from wizard.axolotl.plugins import INTEGRATIONS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import mapping, number
from wizard.rules.registry import Rule, Subject, rule

_BLOCKS = {"diffusion": "diffusion.DiffusionPlugin", "hatchery": "hatchery.HatcheryPlugin"}
_RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "diffusion": {
        "min_mask_ratio": (0, 1),
        "max_mask_ratio": (0, 1),
        "eps": (0, 1),
        "num_diffusion_steps": (1, math.inf),
        "generation_interval": (1, math.inf),
        "num_generation_samples": (1, math.inf),
        "generation_steps": (1, math.inf),
        "generation_max_length": (1, math.inf),
        "generation_temperature": (0, math.inf),
    },
    "hatchery": {"lora_rank": (1, 256)},
}


@rule(
    "MW578",
    "plugin-block-range",
    "error",
    fix="unsafe",
    keys=_BLOCKS,
    quotes=("Input should be greater than", "Input should be less than", "min_mask_ratio must be"),
)
def plugin_block_range(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A number inside `diffusion` or `hatchery` that is out of its range.

    What it checks
        With the DiffusionPlugin: mask ratios and `eps` outside 0 to 1, counts below 1, a temperature below 0, and
        `min_mask_ratio` above `max_mask_ratio`. With the HatcheryPlugin: a `lora_rank` outside 1 to 256.

    Why it matters
        Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.diffusion.DiffusionPlugin]
            diffusion:
              max_mask_ratio: 1.5

        Bad:
            plugins: [axolotl.integrations.diffusion.DiffusionPlugin]
            diffusion:
              min_mask_ratio: 0.8
              max_mask_ratio: 0.5

        Bad:
            plugins: [axolotl.integrations.hatchery.HatcheryPlugin]
            hatchery:
              lora_rank: 512

        Good:
            plugins: [axolotl.integrations.diffusion.DiffusionPlugin]
            diffusion:
              min_mask_ratio: 0.1
              max_mask_ratio: 0.9

    Fix
        The nearest value of the range; a minimum above the maximum goes. Not safe: another training.

    Source
        axolotl 0.19.0 integrations/diffusion/args.py:10 and integrations/hatchery/args.py:14 (executed)
    """
    plan = subject.plan
    for name, plugin in _BLOCKS.items():
        block = mapping(plan, name)
        if not block or not listed(plan, INTEGRATIONS + plugin):
            continue
        out = {key: _nearest(block.get(key), *limits) for key, limits in _RANGES[name].items()}
        changed = {key: value for key, value in out.items() if value is not None}
        if changed:
            message = f"{name} has {', '.join(changed)} out of range: Axolotl refuses the config"
            fix = Fix({name: {**block, **changed}}, "unsafe", ", ".join(f"{k}: {v}" for k, v in changed.items()))
            yield self.finding(message, name, plan=plan, fix=fix)
        elif number(block.get("min_mask_ratio"), 0.1) > number(block.get("max_mask_ratio"), 0.9):
            message = f"{name}: min_mask_ratio is above max_mask_ratio: Axolotl refuses the config"
            left = {key: value for key, value in block.items() if key not in ("min_mask_ratio", "max_mask_ratio")}
            yield self.finding(message, name, plan=plan, fix=Fix({name: left}, "unsafe", "the default mask ratios"))


def _nearest(value: object, low: float, high: float) -> float | None:
    """The end of the range that a number passes, None where it does not."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    found = number(value, low)
    if found < low:
        return low
    return high if found > high else None
