"""Where an older record of rows rests on something that a real run does otherwise.

A run uses the defaults, which are what the libraries do. The others are there to reproduce such a record.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumptions:
    """``views_in_place``: the engine sums gradients in place into views too (it does not: see ``engine``).

    ``scatters_copy``: the backward of indexing, gather and topk copies its result (it fills it in place).

    ``bf16_leftovers``: what bitsandbytes does not quantize, such as the experts of a mixture, stays in bf16 (PEFT's
    ``prepare_model_for_kbit_training`` turns it to fp32, and Axolotl turns only norms, embeddings and lm_head back).

    ``no_fla``: delta-nets run transformers' own code, as without flash-linear-attention (Axolotl requires it, but on
    aarch64).

    ``no_autocast_seen``: ``torch.is_autocast_enabled()``, asked without a device, tells of none, as it does without a
    GPU. PEFT's layers on a rounded base then copy their inputs to fp32, and Nemotron's norms run in fp32.

    ``no_mamba``: Mamba layers run transformers' own code, as without mamba-ssm and causal-conv1d.
    """

    views_in_place: bool = False
    bf16_leftovers: bool = False
    scatters_copy: bool = False
    no_autocast_seen: bool = False
    no_fla: bool = False
    no_mamba: bool = False
