"""What one process needs, added up by hand: bytes on its GPU while it loads, and while it trains.

Sources: the states of mixed precision and how ZeRO divides them (arXiv:1910.02054, 3); what a layer keeps for its
backward, and what is left with recomputation (arXiv:2205.05198, 4; without scores, as with flash attention); NF4 with
double quantization (arXiv:2305.14314, 3: 0.127 bits a weight for scales beside its 4); LoRA's 2 matrices
(arXiv:2106.09685); 8-bit states (arXiv:2110.02861). How a model is loaded before it is divided: axolotl 0.21.0
loaders/model.py and monkeypatch/accelerate/fsdp2.py, as benchmarks/truth/ranks.jsonl has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.apart.shapes import Shapes

CONTEXT = 350 * 2**20
"""A CUDA context with the kernels of a training: what is there at the least."""
SCALES = 0.127 / 8
STATES = {
    "adamw_torch": 8.0, "adamw_torch_fused": 8.0, "adamw_8bit": 2.0, "adamw_bnb_8bit": 2.0, "adamw_torch_8bit": 2.0,
    "lion_8bit": 1.0, "lion_32bit": 4.0, "sgd": 0.0, "adafactor": 0.0,
    "paged_adamw_8bit": 0.0, "paged_adamw_32bit": 0.0,
}  # fmt: skip
"""Bytes of states a trained weight in fp32; paged ones may all be in host memory."""


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes on one GPU at the worst of each time."""

    load: float
    train: float

    @property
    def all(self) -> float:
        """The worse of both, with the context."""
        return max(self.load, self.train) + CONTEXT


@dataclass(frozen=True, slots=True)
class _Written:
    """What the keys of a plan say, as far as this sum knows them."""

    lora: int
    bits: int
    kind: str
    away: bool
    one_reads: bool
    context: int
    tokens: int
    states: float
    recomputes: bool
    stays: bool
    plain: bool
    accumulates: bool
    waits: bool
    experts: bool


def _written(plan: Mapping[str, Any]) -> _Written:
    adapter = plan.get("adapter")
    bits = 16 if not adapter else 4 if plan.get("load_in_4bit") else 8 if plan.get("load_in_8bit") else 16
    block = plan.get("fsdp_config") or {}
    file = str(plan.get("deepspeed") or "")
    kind = f"fsdp{plan.get('fsdp_version', 2)}" if block else file.rpartition("/")[2][:5] if file else "ddp"
    checkpoints = plan.get("gradient_checkpointing") or block.get("activation_checkpointing")
    accumulates = int(plan.get("gradient_accumulation_steps") or 1) > 1
    steps = (plan.get("accelerator_config") or {}).get("gradient_accumulation_kwargs") or {}
    fused = plan.get("cut_cross_entropy") or plan.get("liger_fused_linear_cross_entropy")
    return _Written(
        lora=int(plan.get("lora_r") or 0) if adapter else 0,
        bits=bits,
        kind=kind,
        away=bool(block.get("offload_params")) or "offload" in file,
        one_reads=bool(block.get("cpu_ram_efficient_loading")),
        context=int(plan.get("context_parallel_size") or 1),
        tokens=int(plan["sequence_len"]) * int(plan.get("micro_batch_size") or 1),
        states=STATES[str(plan.get("optimizer") or "adamw_torch_fused")],
        recomputes=bool(checkpoints),
        stays=not (plan.get("activation_offloading") or checkpoints in ("offload", "offload_disk")),
        plain=not fused and not plan.get("chunked_cross_entropy"),
        accumulates=accumulates,
        waits=bool(block) and accumulates and not steps.get("sync_each_batch"),
        experts=bool(plan.get("quantize_moe_experts")),
    )


def _weights(shapes: Shapes, said: _Written) -> tuple[float, float]:
    """Bytes of the whole base model, and of the scales among them."""
    each, scales = {4: (0.5, SCALES), 8: (1.0, 0.0), 16: (2.0, 0.0)}[said.bits]
    wide = said.bits < 16 and not said.kind.startswith("fsdp") and said.kind != "zero3"
    ends = 2.0 * (shapes.embedding + shapes.head)
    if said.experts:
        quantized = shapes.linear + shapes.experts
        return quantized * (each + scales) + ends, quantized * scales
    experts = shapes.experts * (4.0 if wide and shapes.experts else 2.0)  # PEFT turns what is not quantized to fp32
    return shapes.linear * (each + scales) + experts + ends, shapes.linear * scales


def _layer(shapes: Shapes) -> float:
    """Bytes a token that a layer keeps for its backward: inputs and results of its products, in 16 bits."""
    attention = 3 * shapes.hidden + 2 * shapes.query + 2 * shapes.key
    return 2.0 * (attention + 3 * shapes.inner + shapes.hidden)


def _activations(shapes: Shapes, said: _Written, tokens: float) -> float:
    one = tokens * _layer(shapes)
    if not said.recomputes:
        return one * shapes.layers
    kept = 2.0 * tokens * shapes.hidden * shapes.layers if said.stays else 0.0
    return kept + one


def _load(shapes: Shapes, said: _Written, gpus: int) -> float:
    """Before anything is divided, and as it is."""
    whole, scales = _weights(shapes, said)
    parts, passing = scales + (whole - scales) / gpus, 2.0 * shapes.widest
    if said.kind == "zero3":
        return whole if said.bits < 16 else (0.0 if said.away else parts) + passing
    if said.kind.startswith("fsdp"):
        if said.one_reads:
            return passing if said.away else parts + passing
        return whole + (0.0 if said.away else parts - scales)
    return whole


def _held(shapes: Shapes, said: _Written, gpus: int) -> tuple[float, float]:
    """Weights, adapters and states of one process; and its gradients, which come in the backward."""
    whole, scales = _weights(shapes, said)
    divided = said.kind.startswith("fsdp") or said.kind == "zero3"
    weights = scales + (whole - scales) / gpus if divided else whole
    if said.away and divided:
        weights = scales
    stage = {"zero1": 1, "zero2": 2, "zero3": 3}.get(said.kind, 3 if divided else 0)
    if said.lora:
        count, each = float(shapes.lora * said.lora), (4.0, 4.0, said.states)
    else:
        master = 4.0 + said.states if said.kind.startswith("zero") else said.states / 2
        count, each = float(shapes.all), (0.0, 2.0, master)
    own = each[0] / (gpus if divided else 1)
    gradients = 0.0 if said.away and divided else each[1] / (gpus if stage > 1 else 1)
    if said.waits:  # FSDP adds up whole ones until the last micro batch
        gradients = each[1]
    states = 0.0 if said.away else each[2] / (gpus if stage else 1)
    return weights + count * (own + states), count * gradients


def _in_flight(shapes: Shapes, said: _Written, gpus: int) -> float:
    """Weights that are whole for a moment: FSDP's outermost unit and a layer; of ZeRO 3 the widest tensor."""
    if said.kind.startswith("fsdp") and (gpus > 1 or said.away):
        whole, _ = _weights(shapes, said)
        ends = 2.0 * (shapes.embedding + shapes.head)
        return ends + (whole - ends) / shapes.layers
    return 2.0 * shapes.widest if said.kind == "zero3" else 0.0


def need(shapes: Shapes, plan: Mapping[str, Any], gpus: int) -> Need:
    """Of a plan's keys, on so many GPUs. Raises KeyError for an optimizer that is not known here."""
    said = _written(plan)
    tokens = said.tokens / said.context
    held, gradients = _held(shapes, said, gpus)
    held += _in_flight(shapes, said, gpus)
    there = gradients if said.accumulates else 0.0  # of micro batches before
    logits = 12.0 * tokens * shapes.vocabulary if said.plain else 0.0  # three times in fp32, in its backward
    kept = 2.0 * tokens * shapes.hidden * shapes.layers if said.recomputes and said.stays else 0.0
    at_the_loss = logits + (kept if said.recomputes else _activations(shapes, said, tokens))
    begins = there + max(at_the_loss, _activations(shapes, said, tokens))
    ends = gradients + tokens * _layer(shapes)
    return Need(_load(shapes, said, gpus), held + max(begins, ends))
