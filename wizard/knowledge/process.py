"""What a training process is, beside what it trains."""

from __future__ import annotations

from wizard.domain.estimate import Range
from wizard.domain.units import GIB, MIB

PROCESS = Range(400 * MIB, 470 * MIB, 2 * GIB)
"""What a process keeps beside the model: Python and the modules of `axolotl.train`, config and tokenizer read.

419 and 429 MB of anonymous memory (RssAnon) after that import, measured with Axolotl 0.19 and 0.21 and PyTorch for
CPUs, and 483 to 499 MB before the model is loaded (0.21, `tests/memory/weighed.jsonl`); what the CUDA driver, the data
and its workers add was not measured, hence the high figure.
"""

TRAINER = 26 * MIB
"""What the trainer adds to it: peft, bitsandbytes and what else is imported when it is made, and its own objects.

21 to 33 MiB between the model's loading and the first step, adapter and optimizer left aside (0.21, PyTorch 2.13 for
CPUs, anonymous memory of smaps_rollup).
"""
