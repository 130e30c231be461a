"""What layers may do otherwise than is likely: settings under which their tapes are made once more."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.effective import Effective

COPIES = "whether layers beside rounded weights copy their inputs"
"""Beside layers of bitsandbytes PEFT turns the input to the adapter's fp32, and DoRA's result back, where it sees no
autocast: `torch.is_autocast_enabled()`, asked without a device, knows CUDA's alone. What is likely has the copies, as
the recorded runs without a GPU have them; on a GPU there should be none, which nobody measured yet.

Source: peft 0.19.1 and 0.21.2 tuners/lora/bnb.py, `requires_conversion`.
"""

OUTLIERS = "whether 8-bit products find outliers to add"
"""They give 16 bits where they do, for autocast runs the sum; else what came in, which is fp32 behind a layer norm.

Source: bitsandbytes 0.49 and 0.50 backends/default/ops.py, `int8_mixed_scaled_mm` (`addmm`).
"""


def doubts(settings: Effective) -> Iterator[tuple[str, Effective]]:
    """The name of each, and the settings that have it otherwise."""
    if settings.lora is None or settings.quantization == "none" or not settings.autocasts:
        return
    yield COPIES, settings._replace(copies_inputs=False)
    if settings.quantization == "int8":
        yield OUTLIERS, settings._replace(outliers=False)
