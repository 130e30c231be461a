"""What Axolotl makes of a plan on a machine: every default filled in and every `auto` decided."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from wizard.axolotl import attention
from wizard.axolotl.attention import AttentionKind
from wizard.axolotl.lora import Lora, lora
from wizard.axolotl.losses import Loss, liger_kernels, loss
from wizard.axolotl.sharding import Sharding, sharding
from wizard.domain.machine import Machine
from wizard.domain.model import Model, Packed
from wizard.domain.plan import Plan
from wizard.domain.values import flag, integer, mapping, number, texts
from wizard.knowledge.axolotl.settings import defaults

Precision = Literal["bf16", "fp16", "fp32"]
Quantization = Literal["none", "nf4", "int8"]
Checkpointing = Literal["none", "reentrant", "non_reentrant"]

_MOST = 10**12
"""No length or batch is larger: a slip of the pen is still a number that can be reckoned with."""

_TWO_SEQUENCES = frozenset({"dpo", "ipo", "orpo", "simpo"})
_ADAPTERS_TO_BF16 = frozenset({"dpo", "ipo", "kto"})


@dataclass(frozen=True, slots=True)
class Effective:
    """The settings an estimate and the rules read. Lengths in tokens, batches in rows per GPU."""

    adapter: str | None
    lora: Lora | None
    quantization: Quantization
    quantize_experts: bool
    stored: Packed | None
    precision: Precision
    weights_fp32: bool
    embeddings_fp32: bool
    fp8: bool
    sequence_len: int
    micro_batch: int
    accumulation: int
    eval_batch: int
    packing: bool
    pads: bool
    attention: AttentionKind
    loss: Loss
    checkpointing: Checkpointing
    offload_activations: bool
    offload_layers: bool
    optimizer: str
    sharding: Sharding
    rl: str | None
    evaluates: bool
    images: bool
    reward: bool
    weight_decay: bool
    unfrozen: tuple[str, ...]
    liger: frozenset[str]
    merges_whole: bool
    assumptions: tuple[str, ...]

    @property
    def trains_everything(self) -> bool:
        """Whether it is a full fine-tune."""
        return self.adapter is None

    @property
    def adapter_bytes(self) -> int:
        """Bytes of one adapter weight: PEFT makes them fp32 (0.19 `autocast_adapter_dtype`); TRL's trainers turn
        those on a quantized base to bf16 (`DPOTrainer.__init__`).
        """
        return 2 if self.quantization != "none" and self.rl in _ADAPTERS_TO_BF16 else 4

    @property
    def answers(self) -> int:
        """Sequences a row: 2 where each is a chosen and a rejected answer."""
        return 2 if self.reward or self.rl in _TWO_SEQUENCES else 1

    @property
    def sequences(self) -> int:
        """Sequences in one micro batch."""
        return self.micro_batch * self.answers

    @property
    def tokens(self) -> int:
        """Tokens of one micro batch that a GPU sees at its worst: every row full, context parallelism's share of it."""
        return -(-self.sequences * self.sequence_len // self.sharding.mesh.context)

    @property
    def eval_tokens(self) -> int:
        """The same of one evaluation batch."""
        return -(-self.eval_batch * self.answers * self.sequence_len // self.sharding.mesh.context)


def effective(plan: Plan, model: Model | None, machine: Machine | None) -> Effective:
    """Resolve a plan as Axolotl 0.19 does. Never raises: a value it can't read counts as not set.

    `model` may be None where it is not known; what depends on it is then as for a dense model.

    Sources, all axolotl 0.19.0: utils/config/__init__.py:155-215 (dtype, batch), :377 (checkpointing),
    utils/schemas/config.py:1546 (attention), :1956 (LoRA kernels), loaders/model.py:434 (fp32 embeddings),
    :680 (quantization), core/builders/causal.py:278 (packing).
    """
    default = defaults()
    assumptions: list[str] = []
    adapter = _adapter(plan)
    quantization = _quantization(plan, model, adapter)
    precision = _precision(plan, machine, assumptions)
    named_attention = attention.implementation(plan)
    parts, notes = sharding(plan, machine.count if machine else 1, machine.nodes if machine else 1)
    assumptions.extend(notes)
    micro_batch = min(_MOST, max(1, integer(plan.get("micro_batch_size"), default.micro_batch_size)))
    packing = flag(plan.get("sample_packing")) and plan.get("rl") is None
    packed_eval = packing and plan.get("eval_sample_packing") is not False
    eval_batch = micro_batch if packed_eval else min(_MOST, integer(plan.get("eval_batch_size"), 0)) or micro_batch
    computed = loss(plan, model, assumptions)
    return Effective(
        adapter=adapter,
        lora=lora(plan, model, adapter, default.lora_dropout, parts.gpus),
        quantization=quantization,
        stored=_stored(plan, model),
        quantize_experts=flag(plan.get("quantize_moe_experts")) and quantization != "none",
        precision=precision,
        weights_fp32=precision == "fp32",
        embeddings_fp32=(
            adapter is None
            and computed != "cut"
            and parts.kind not in ("fsdp1", "fsdp2")
            and attention.keeps_fp32_embeddings(named_attention)
        ),
        fp8=flag(plan.get("fp8")),
        sequence_len=min(_MOST, max(1, integer(plan.get("sequence_len"), default.sequence_len))),
        micro_batch=micro_batch,
        accumulation=accumulation(plan, parts.gpus),
        eval_batch=eval_batch,
        packing=packing,
        pads=packing or flag(plan.get("pad_to_sequence_len")),
        attention=attention.kind(named_attention),
        loss=computed,
        checkpointing=_checkpointing(plan, model),
        offload_activations=_offloads(plan),
        offload_layers=flag(plan.get("layer_offloading")) and plan.get("rl") is None,
        optimizer=str(plan.get("optimizer", default.optimizer)),
        sharding=parts,
        rl=None if plan.get("rl") is None else str(plan.get("rl")),
        evaluates=_evaluates(plan),
        images=plan.get("processor_type") is not None,
        reward=flag(plan.get("reward_model")),
        weight_decay=number(plan.get("weight_decay"), 0.0) != 0,
        liger=liger_kernels(plan),
        merges_whole=plan.get("merge_method") == "legacy",
        unfrozen=texts(plan.get("unfrozen_parameters")) if adapter is None else (),
        assumptions=tuple(assumptions),
    )


def accumulation(plan: Plan, gpus: int) -> int:
    """Micro batches in one optimizer step: as written, or from batch_size, as normalize_config does."""
    written = integer(plan.get("gradient_accumulation_steps"), 0)
    if written:
        return written
    batch = integer(plan.get("batch_size"), 0)
    micro = max(1, integer(plan.get("micro_batch_size"), 1))
    return max(1, batch // micro) if batch else 1


def _adapter(plan: Plan) -> str | None:
    named = plan.get("adapter")
    return str(named) if named else None


def _quantization(plan: Plan, model: Model | None, adapter: str | None) -> Quantization:
    if model is not None and (_stored(plan, model) is not None or model.own_linear):
        return "none"
    if adapter == "qlora" and flag(plan.get("load_in_4bit")):
        return "nf4"
    if adapter == "lora" and flag(plan.get("load_in_8bit")):
        return "int8"
    return "none"


def _stored(plan: Plan, model: Model | None) -> Packed | None:
    """The base's own quantization, if it stays: `dequantize` undoes it, and a name may be that of a 16-bit copy."""
    if model is None or model.packed is None:
        return None
    name = str(plan.get("base_model")).lower()
    undone = flag(mapping(plan, "model_quantization_config_kwargs").get("dequantize"))
    if undone or "bf16" in name or "dequantized" in name:
        return None
    if model.packed.size is None and model.stored_bytes is not None:  # what the files hold tells what the name doesn't
        count = sum(tensor.total for tensor in model.tensors if tensor.kind in model.packed.kinds)
        return replace(model.packed, size=max(0.0, model.stored_bytes - 2.0 * (model.parameters - count)) / count)
    return model.packed


def _precision(plan: Plan, machine: Machine | None, assumptions: list[str]) -> Precision:
    bf16: object = plan.values.get("bf16", "auto")  # an empty one is off
    fp16 = flag(plan.get("fp16")) or flag(plan.get("float16"))
    if str(bf16).lower() == "auto":
        if flag(plan.get("fp16")):
            bf16 = False
        elif machine is None or machine.bf16 is None:
            assumptions.append("bf16: auto taken as bf16, since the GPU is not known")
            bf16 = True
        else:
            bf16 = machine.bf16
            fp16 = fp16 or (not bf16 and plan.get("fp16") is None)
    if flag(bf16) or flag(plan.get("bfloat16")):
        return "bf16"
    return "fp16" if fp16 or flag(plan.get("load_in_8bit")) else "fp32"


def _checkpointing(plan: Plan, model: Model | None) -> Checkpointing:
    if not plan.get("gradient_checkpointing") and not flag(
        mapping(plan, "fsdp_config").get("activation_checkpointing")
    ):
        return "none"
    kwargs = mapping(plan, "gradient_checkpointing_kwargs")
    if "use_reentrant" in kwargs:
        reentrant = flag(kwargs["use_reentrant"])
    else:
        reentrant = plan.get("rl") is None and plan.get("unfrozen_parameters") is None
    if model is not None and model.model_type.startswith("gemma4"):  # Axolotl forces it (utils/config/__init__.py:390)
        reentrant = False
    return "reentrant" if reentrant else "non_reentrant"


def _offloads(plan: Plan) -> bool:
    """Whether activations go to host memory; the trainers of these methods do not do it (core/trainers/base.py:72)."""
    wanted = plan.get("activation_offloading")
    named = wanted in ("legacy", "disk", "hidden_states") or flag(wanted)
    if plan.get("rl") in ("grpo", "gdpo", "orpo", "simpo", "ebft") or flag(plan.get("process_reward_model")):
        return False
    return named or plan.get("gradient_checkpointing") in ("offload", "offload_disk")


def _evaluates(plan: Plan) -> bool:
    if plan.get("eval_strategy") in ("no", False):
        return False
    return number(plan.get("val_set_size"), 0.0) > 0 or bool(plan.get("test_datasets"))
