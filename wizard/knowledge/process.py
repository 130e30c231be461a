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

LAUNCHER = 255 * MIB
"""What `accelerate launch` holds while the process that it has started trains, as `axolotl train` has it do.

261,588 and 261,600 kB of Pss_Anon in smaps_rollup (accelerate 1.15, PyTorch 2.13 for CPUs, Axolotl 0.21; seen twice).
"""

TRACKER = 10_416 * 1024
"""What the resource tracker of Python's `multiprocess` holds, which the first worker that prepares data brings, and
which stays to the end of the run.

10,412 to 10,420 kB of Pss_Anon (five runs, Axolotl 0.21, datasets 5.0, Python 3.11).
"""

WORKER = 43 * MIB
"""What a worker of the data loader, which is forked, holds of its own: pages whose objects it has counted.

36 to 81 MB in seven runs of a model of 0.1 million parameters, half of them up to 45: 834 to 879 MB with the worker,
798 without (`dataloader_num_workers: 0`; Axolotl 0.21, PyTorch 2.13 for CPUs, peaks of their receipts).
"""

COLLECTED = 210 * MIB
"""What all workers of the data loader hold together once the process that trains has collected its garbage, as Axolotl
does after each checkpoint (0.21.0 core/trainers/base.py, `_save_checkpoint`): it writes to the pages of its objects,
and so has its own; the workers share the old ones.

207 to 237 MB with one, two and three workers (QLoRA on a model of 120 million parameters, 964 MB without; smaps_rollup
of all processes; 197 MB of them in a worker's smaps, on pages of Python's heap).
"""

TRAINER = 26 * MIB
"""What the trainer adds to it: peft, bitsandbytes and what else is imported when it is made, and its own objects.

21 to 33 MiB between the model's loading and the first step, adapter and optimizer left aside (0.21, PyTorch 2.13 for
CPUs, anonymous memory of smaps_rollup).
"""

PRODUCTS = 7 * MIB
"""What oneMKL keeps of buffers once it has multiplied matrices, of one thread (its reference, `mkl_free_buffers`).

6.8 and 7.5 MB between the beginning and the end of the first step or evaluation, 13.6 MB with two threads, and 0.5 MB
with MKL_DISABLE_FAST_MM=1 (PyTorch 2.13 for CPUs, what lives left aside; RssAnon).
"""

COMPILED = 27 * MIB
"""What torch's compiler leaves in a process of Axolotl, which has imported it whole before, once it has compiled the
chunked loss for one shape, forward and backward.

28.2 and 28.0 MB of Pss_Anon where nothing was kept on disk of it, 11.7 MB where torch's cache had it (PyTorch 2.13 for
CPUs, Axolotl 0.21 imported, the loss alone in a bare process).
"""

COMPILER = 222 * MIB
"""What g++ holds beside it at its most while it compiles that loss: `cc1plus` over torch's own headers.

232.8 and 232.9 MB of Pss_Anon (g++ 12.2), 115 MB for its backward, 62 MB of a Python that asks what the CPU can where
torch's cache has the loss; no worker processes, of which torch makes none for code in C++.
"""
