"""What a person would type into another tool for a config: the part that all of them share."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.accuracy.rows import MEASURED
from wizard.axolotl.effective import Effective, effective
from wizard.domain.model import Block, Model
from wizard.domain.plan import Plan

ADAMW = frozenset({"adamw_torch", "adamw_torch_fused"})
"""AdamW that keeps its states whole, which most tools mean by Adam."""


def asked(values: Mapping[str, object], model: Model, *, preference: bool = False) -> Effective | None:
    """The run, where it is one that these tools have a word for; else None.

    None of them knows DoRA or whole modules beside an adapter; only some tables speak of preference training.
    """
    run = effective(Plan(values, axolotl=MEASURED), model, None)._replace(multiple=1)  # none of them pads
    if run.sharding.gpus > 1 or (run.rl is not None and not preference):
        return None
    if run.lora is not None and (run.lora.dora or run.lora.saved_modules):
        return None
    return run


def method(run: Effective) -> str:
    """`full`, `lora` (16 bits), `qlora` (4 bits) or `int8`."""
    if run.lora is None:
        return "full"
    return {"nf4": "qlora", "int8": "int8"}.get(run.quantization, "lora")


def alike(model: Model) -> Block | None:
    """The layer of a model whose layers all have the same shapes and softmax attention, windows apart; else None."""
    first = model.blocks[0]
    shapes = {(b.mixer, b.heads, b.kv_heads, b.head_dim, b.intermediate, b.experts) for b in model.blocks}
    return first if len(shapes) == 1 and first.mixer == "attention" else None


def without_head(model: Model) -> int:
    """Parameters of transformers' `AutoModel`, which has no lm_head of its own."""
    return model.parameters - model.head_parameters
