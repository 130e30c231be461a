"""What Axolotl makes of a plan on a machine: every default filled in and every `auto` decided.

Sources, axolotl 0.19.0: utils/config/__init__.py:155 (dtype, batch), :377 (checkpointing), loaders/model.py:434
(embeddings), :680 (quantization), core/builders/causal.py:278 (packing), utils/schemas/config.py:1546, :1956.
"""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl import adapters, alike, attention, batch, checkpointing, deepspeed, images, packing, preference
from wizard.axolotl.attention import AttentionKind, WideHeads
from wizard.axolotl.checkpointing import Checkpointing
from wizard.axolotl.evaluation import evaluates
from wizard.axolotl.generation import Generation, generation
from wizard.axolotl.images import Image
from wizard.axolotl.leftovers import base_fp32, leftovers_fp32
from wizard.axolotl.loading import Loading, keeps_fp32_embeddings, loading
from wizard.axolotl.lora import Lora, lora
from wizard.axolotl.losses import Loss, liger_kernels, loss
from wizard.axolotl.mamba import Mamba, mamba
from wizard.axolotl.mixed_precision import autocasts, in_fp32, keeps_fp32, narrows
from wizard.axolotl.precision import Precision, fp8, precision
from wizard.axolotl.preference import LEARNS
from wizard.axolotl.quantization import Quantization, pins_experts, quantize_moe_experts, stored
from wizard.axolotl.quantization import quantization as rounding
from wizard.axolotl.selective import Saves, saves
from wizard.axolotl.sequences import Passing, passing
from wizard.axolotl.sharding import Sharding, sharding
from wizard.axolotl.tiled_mlp import pieces
from wizard.axolotl.unfrozen import unfrozen_parameters
from wizard.domain.kept import Kept
from wizard.domain.machine import Machine
from wizard.domain.model import Model, Packed
from wizard.domain.plan import Plan
from wizard.domain.values import number
from wizard.domain.version import Version
from wizard.knowledge.axolotl.settings import defaults
from wizard.knowledge.axolotl.versions import of_plan

_TWO_SEQUENCES = frozenset({"dpo", "ipo", "orpo", "simpo"})


class Effective(NamedTuple):
    """The settings an estimate and the rules read. Lengths in tokens, batches in rows per GPU.

    `embeddings_stored_fp32`: embeddings and lm_head lie there in fp32, but FSDP gathers them in 16 bits.
    `gpu_bytes`: of the smallest GPU, None where none is known. `tiles`: pieces of a row in which dense feed-forwards
    run, 0 where they take it whole. `multiple`: of which a row's tokens are padded to one. `casts`: whether the loss
    turns what it takes to another dtype, as under autocast. `copies_inputs`, `outliers`: see memory/doubts.py.
    """

    adapter: str | None
    lora: Lora | None
    quantization: Quantization
    quantize_experts: bool
    pins_experts: bool
    leftovers_fp32: bool
    folds_experts: bool
    base_fp32: bool
    stored: Packed | None
    precision: Precision
    weights_fp32: bool
    embeddings_fp32: bool
    embeddings_stored_fp32: bool
    fp8: bool
    sequence_len: int
    micro_batch: int
    accumulation: int
    eval_batch: int
    packing: bool
    mamba: Mamba
    pads: bool
    attention: AttentionKind
    wide_heads: WideHeads
    loss: Loss
    checkpointing: Checkpointing
    saves: Saves | None
    offload_activations: bool
    offload_layers: bool
    optimizer: str
    sharding: Sharding
    passing: Passing
    loading: Loading
    rl: str | None
    generation: Generation | None
    evaluates: bool
    images: bool
    image: Image | None
    towers_frozen: bool
    scores: preference.Scores | None
    weight_decay: bool
    unfrozen: tuple[str, ...]
    liger: frozenset[str]
    merges_whole: bool
    tiles: int
    gpu_bytes: int | None
    assumptions: tuple[str, ...]
    multiple: int = 1
    copies_inputs: bool = True
    outliers: bool = True
    casts: bool = True

    @property
    def adapter_bytes(self) -> int:
        """Bytes of one adapter weight: PEFT makes them fp32 (0.19 `autocast_adapter_dtype`); TRL's trainers turn
        those on a quantized base to bf16 (`DPOTrainer.__init__`, `GRPOTrainer.__init__`).
        """
        return 2 if self.quantization != "none" and self.rl in preference.ROUNDS_ADAPTERS else 4

    @property
    def autocasts(self) -> bool:
        """Whether the forward runs under autocast."""
        return autocasts(self.sharding, self.precision)

    @property
    def adapter_computed(self) -> int:
        """Bytes of one adapter weight where it is multiplied."""
        return 2 if narrows(self.sharding, self.precision) else self.adapter_bytes

    @property
    def leaves_gradients_whole(self) -> bool:
        """Whether FSDP leaves gradients whole until the last micro batch of a step: it runs the others in `no_sync`.

        Source: transformers 5.16.1 and 5.20.1 trainer.py (`_run_epoch`); accelerate 1.11 to 1.15 `Accelerator.no_sync`
        (older ones divide FSDP2's each time); torch 2.13 FSDPParamGroup.post_backward (`reduce_grads`), FSDP1's
        `_post_backward_hook` (`_sync_gradients`), both looked at with a fake process group.
        """
        return self.sharding.fsdp and self.accumulation > 1 and not self.sharding.syncs_each

    @property
    def adds_gradients(self) -> bool:
        """Whether a new gradient goes into something that is there already: the sum of earlier micro batches, or the
        bucket of ZeRO 2 and 3 (deepspeed 0.19 stage3.py, `__add_grad_to_ipg_bucket`).
        """
        parts = self.sharding
        return self.leaves_gradients_whole if parts.fsdp else self.accumulation > 1 or parts.kind in ("zero2", "zero3")

    @property
    def image_masks(self) -> str:
        """Which of the text's layers get a mask under sdpa that shows an image whole: "all", "sliding" or ""."""
        return self.image.masks if self.image else ""

    @property
    def row(self) -> int:
        """Tokens of the longest row: with the answer where one is made to it and learnt from."""
        if self.generation is not None:
            return self.sequence_len + self.answer
        return -(-self.sequence_len // self.multiple) * self.multiple

    @property
    def answer(self) -> int:
        """Tokens that are made to a prompt and learnt from."""
        return self.generation.answer if self.generation is not None and self.rl in LEARNS else 0

    @property
    def held(self) -> bool:
        """Whether what is learnt from answers is held to a reference."""
        return self.generation is not None and self.rl in LEARNS and self.generation.held

    @property
    def answers_amid(self) -> bool:
        """Whether answers are made between micro batches of one step, beside gradients of earlier ones."""
        return self.generation is not None and self.generation.rows < self.micro_batch * self.accumulation

    @property
    def answers(self) -> int:
        """Sequences a row: 2 where each is a chosen and a rejected answer."""
        if self.scores is not None and not self.scores.each_token:
            return 2
        return 2 if self.rl in _TWO_SEQUENCES else 1

    @property
    def sequences(self) -> int:
        """Sequences in one micro batch."""
        return self.micro_batch * self.answers

    @property
    def tokens(self) -> int:
        """Tokens of one micro batch that a GPU sees at its worst: every row full, context parallelism's share of it."""
        return self._of(self.micro_batch)

    @property
    def eval_tokens(self) -> int:
        """The same of one evaluation batch."""
        return self._of(self.eval_batch)

    def _of(self, rows: int) -> int:
        return -(-rows * self.answers * self.row // self.sharding.mesh.context)


_FOLDS = Version(0, 21)
"""Its peft 0.21.2 adds LoRA's product to stacked experts as it is made (tuners/lora/layer.py, `baddbmm`); 0.20 makes it
whole before.
"""
_CPU_ADAM = "adamw_torch"
"""Two states in fp32, as DeepSpeed's own Adam has them."""


def _optimizer(plan: Plan) -> str:
    named = str(plan.get("optimizer", defaults(of_plan(plan)).optimizer))
    return _CPU_ADAM if deepspeed.own_adam(plan, named) else named


_SEQUENCE_LEN, _MICRO_BATCH, _ACCUMULATION, _EVAL_BATCH, _TILES = map(
    Effective._fields.index, ("sequence_len", "micro_batch", "accumulation", "eval_batch", "tiles")
)

_known: Kept[alike.Key, tuple[Effective, tuple[object, ...]]] = Kept(256)
_LONGEST = 20_000
"""Characters of a plan of which anything is kept."""


def effective(plan: Plan, model: Model | None, machine: Machine | None) -> Effective:
    """Resolve a plan as Axolotl does. Never raises: what it can't read counts as not set, a missing model as dense."""
    like = _known.get(key := alike.key(plan, model, machine))
    if like is not None:
        return _of_other_sizes(plan, model, machine, like[0])
    found = _resolved(plan, model, machine)
    if alike.length(key, held := alike.pinned(plan, model, machine)) <= _LONGEST:
        _known[key] = found, held
    return found


def _of_other_sizes(plan: Plan, model: Model | None, machine: Machine | None, like: Effective) -> Effective:
    """What is made of a plan, by that of one which differs in `alike.SIZES` alone."""
    if like.generation is not None:  # what it assumes comes last
        made, notes = generation(plan, machine, last := list[str]()), like.assumptions
        like = like._replace(generation=made, assumptions=(*notes[: -len(last)], *last))
    values = list(like)  # a search makes thousands: `_replace` looks through all fifty names
    values[_SEQUENCE_LEN] = max(batch.sequence_len(plan), images.least_row(model, like.image))
    values[_MICRO_BATCH] = batch.micro_batch_size(plan)
    values[_ACCUMULATION] = batch.accumulation(plan)
    values[_EVAL_BATCH] = batch.rows_in_evaluation(plan)
    values[_TILES] = pieces(plan, like.sharding.mesh.context) if like.tiles else 0
    return Effective._make(values)


def _resolved(plan: Plan, model: Model | None, machine: Machine | None) -> Effective:
    found = _unpadded(plan, model, machine)
    return found._replace(multiple=1 if found.images else packing.padding_multiple(plan))


def _unpadded(plan: Plan, model: Model | None, machine: Machine | None) -> Effective:
    computed_in, parts = precision(plan, machine, assumptions := list[str]()), _sharding(plan, machine, assumptions)
    return Effective(
        adapter=(adapter := adapters.adapter(plan)),
        lora=lora(plan, model, parts.gpus),
        quantization=(quantization := rounding(plan, model)),
        stored=(packed := stored(plan, model)),
        quantize_experts=quantize_moe_experts(plan) and quantization != "none",
        pins_experts=pins_experts(plan, checkpoints := checkpointing.checkpointing(plan, model)),
        folds_experts=of_plan(plan) >= _FOLDS,
        leftovers_fp32=leftovers_fp32(plan, model, parts, quantization),
        base_fp32=base_fp32(plan, model, parts, quantization),
        precision=computed_in,
        weights_fp32=in_fp32(plan, model, computed_in),
        loss=(computed := loss(plan, model, assumptions)),
        embeddings_fp32=computed != "cut" and keeps_fp32(plan, parts),
        embeddings_stored_fp32=keeps_fp32_embeddings(plan, parts),
        fp8=fp8(plan),
        image=(image := images.image(plan, model, assumptions)),
        sequence_len=max(batch.sequence_len(plan), images.least_row(model, image)),
        micro_batch=batch.micro_batch_size(plan),
        accumulation=batch.accumulation(plan),
        eval_batch=batch.rows_in_evaluation(plan),
        packing=packing.packs_training(plan),
        mamba=mamba(plan, model, quantization, parts.mesh.context),
        pads=packing.pads(plan),
        attention=attention.kind(attention.implementation(plan)),
        wide_heads=attention.wide_heads(plan),
        checkpointing=checkpoints,
        saves=saves(plan),
        offload_activations=checkpointing.offloads(plan),
        offload_layers=checkpointing.offloads_layers(plan),
        optimizer=_optimizer(plan),
        sharding=parts,
        passing=passing(plan, model, parts.mesh.context),
        loading=loading(plan, parts, quantization, stored=packed is not None),
        rl=preference.rl(plan),
        generation=generation(plan, machine, assumptions),
        evaluates=evaluates(plan),
        images=images.with_images(plan),
        towers_frozen=images.towers_frozen(plan),
        scores=preference.scores(plan),
        weight_decay=number(plan.get("weight_decay"), 0.0) != 0,
        liger=liger_kernels(plan),
        merges_whole=plan.get("merge_method") == "legacy",
        unfrozen=unfrozen_parameters(plan) if adapter is None else (),
        tiles=pieces(plan, parts.mesh.context),
        gpu_bytes=machine.total_bytes if machine else None,
        assumptions=tuple(assumptions),
    )


def _sharding(plan: Plan, machine: Machine | None, assumptions: list[str]) -> Sharding:
    """How this machine's GPUs share the work; what had to be assumed goes into `assumptions`."""
    parts, notes = sharding(plan, machine.count if machine else 1, machine.nodes if machine else 1)
    assumptions.extend(notes)
    return parts
