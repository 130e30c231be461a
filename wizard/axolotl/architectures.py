"""What of a plan the architecture of its model can't run, and what to write in its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wizard.axolotl import adapters, attention, batch, images, packing, preference, quantization
from wizard.axolotl.kernels import LORA_KERNELS, lora_kernels
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.version import Version
from wizard.knowledge.axolotl.architectures import ATTENTION, LANGUAGE_MODEL, PROJECTIONS, Feature, failure
from wizard.knowledge.axolotl.settings import router_loss
from wizard.knowledge.axolotl.versions import of_plan

_ATTENTION_KERNELS = ("lora_qkv_kernel", "lora_o_kernel")
UNPACKED: dict[str, object] = {"sample_packing": False, "eval_sample_packing": REMOVE, "pad_to_sequence_len": True}
"""One row in each row, all as long."""
HYBRID: dict[str, object] = {"attn_implementation": "flash_attention_2", "gemma4_hybrid_attn_impl": True}
_TRIED: dict[str, tuple[Feature, Feature | None]] = {
    "flash_attention_2": ("attention_flash", "packing_flash"),
    "sdpa": ("attention_sdpa", "packing_sdpa"),
    "flex_attention": ("attention_flex", "packing_flex"),
    "eager": ("attention_eager", None),
}
"""By implementation: what was tried without packing, and with it."""


_ASKS_OF_FLATTENED = Version(0, 20)
_ON_HOPPER = "vllm-flash-attn3"
"""In what a feature dies of: the kernel from the hub that transformers takes instead, which Hopper runs."""

_LISTS_ITS_LAYERS = (
    "afmoe", "cohere2", "exaone4", "gemma2", "gemma3_text", "gpt_oss", "granitemoehybrid", "lfm2", "lfm2_moe", "olmo3",
    "qwen2", "qwen2_moe", "qwen3", "qwen3_next", "smollm3",
)  # fmt: skip
"""Types whose config names the kind of each layer, which has to be as many as the layers."""


@dataclass(frozen=True, slots=True)
class RunsOn:
    """Where a plan is to run: this model, in this version (None: in all that are known), on this machine.

    `named`: the architecture of a model of which no more than its id is known.
    """

    model: Model | None
    version: Version | None = None
    machine: Machine | None = None
    named: str | None = None

    @property
    def architecture(self) -> str | None:
        """The model's type, None where that is not known."""
        return self.named if self.model is None else self.model.architecture

    def failure(self, feature: Feature) -> str | None:
        """What a feature dies of here; None where it works, or was not tried."""
        tried = self.model if self.model is not None else self.named
        found = None if tried is None else failure(tried, feature, self.version)
        return None if found is not None and _ON_HOPPER in found and self._hopper else found

    @property
    def _hopper(self) -> bool:
        gpus = self.machine.gpus if self.machine is not None else ()
        return bool(gpus) and all(gpu.flash_attention_3 for gpu in gpus)


def runnable_changes(plan: Plan, place: RunsOn) -> dict[str, object]:
    """The changes that leave out what would stop the run: rounding, attention, packing, LoRA kernels, adapters' places.

    Empty where nothing is known to fail.
    """
    changes = exact_changes(plan, place)
    changes |= attention_changes(plan.changed(changes), place)
    changes |= packing_changes(plan.changed(changes), place)
    return changes if place.model is None else changes | adapter_changes(plan.changed(changes), place.model)


def adapter_changes(plan: Plan, model: Model) -> dict[str, object]:
    """Those of the LoRA kernels and of where the adapters go; empty for a full fine-tune."""
    if not adapters.built_in(plan):
        return {}
    return {**kernel_changes(plan, model), **target_changes(plan, model)}


def four_bits_failure(plan: Plan, place: RunsOn) -> str | None:
    """What a base in 4 bits dies of on this architecture."""
    if not quantization.load_in_4bit(plan):
        return None
    return place.failure("four_bits_experts" if place.model is not None and place.model.moe else "four_bits")


def exact_changes(plan: Plan, place: RunsOn) -> dict[str, object]:
    """The base in 16 bits where one in 4 bits fails; empty where it works, or was not tried."""
    if not four_bits_failure(plan, place):
        return {}
    return {"adapter": "lora", "load_in_4bit": False, "quantize_moe_experts": REMOVE}


def attention_failure(plan: Plan, place: RunsOn) -> str | None:
    """What the plan's attention dies of on this architecture."""
    tried = _tried(plan)[0]
    return place.failure(tried) if tried else None


def packing_failure(plan: Plan, place: RunsOn) -> str | None:
    """What packing with the plan's attention dies of on this architecture, where the attention itself works."""
    if not (packing.packs_training(plan) or flattens(plan)) or attention_failure(plan, place):
        return None
    tried = _tried(plan)[1]
    return (place.failure(tried) if tried else None) or _packing_failure_of_layers(place)


def _packing_failure_of_layers(place: RunsOn) -> str | None:
    """What packing dies of with any attention: layers that keep a state can't be told where samples begin."""
    flash = place.failure("packing_flash")
    named = flash is not None and "sample" in flash and "packing" in flash
    return flash if named or flash == place.failure("packing_flex") else None


def flattens(plan: Plan) -> bool:
    """Whether the rows of a batch become one row, which the layers are asked to keep apart as packed ones are.

    Source: axolotl 0.20.0 monkeypatch/models/recurrent_support.py:56, loaders/patch_manager.py:557,
    utils/schemas/validation.py:1333; 0.19 asks for packing alone.
    """
    if of_plan(plan) < _ASKS_OF_FLATTENED or packing.sample_packing(plan):
        return False
    able = attention.packs(attention.normalized(plan))
    return able and (packing.flattens(plan) or (packing.flattens_if_it_can(plan) and batch.micro_batch_size(plan) > 1))


def _tried(plan: Plan) -> tuple[Feature | None, Feature | None]:
    if attention.gemma4_hybrid_attn_impl(plan):
        alone: Feature = "pairs_hybrid" if preference.rl(plan) is not None else "attention_hybrid"
        return ("packing_hybrid" if packing.packs_training(plan) else alone), None
    return _TRIED.get(attention.base(attention.implementation(plan)) or "", (None, None))


def attention_changes(plan: Plan, place: RunsOn) -> dict[str, object]:
    """An attention that works in place of one that does not, without packing; empty where the present one works.

    Gemma 4's hybrid in place of FlashAttention-2, with packing; else sdpa, else eager. A model with towers, one of
    which knows eager alone, gets none: transformers then chooses for each of its parts.
    """
    if not attention_failure(plan, place):
        return {}
    if takes_hybrid(plan, place):
        return {**HYBRID, **_others_gone(plan, attention.LEGACY)}
    name: object = "sdpa" if not place.failure("attention_sdpa") else "eager"
    parts = place.model is None or place.model.multimodal
    if name == "eager" and parts and not place.failure("attention_unset"):
        name = REMOVE
    others = _others_gone(plan, (*attention.LEGACY, "gemma4_hybrid_attn_impl"))
    unpacked = UNPACKED if packing.sample_packing(plan) else {}
    return {"attn_implementation": name, **others, **unpacked}


_TOWERS_WITHOUT_FLASH = frozenset({"mllama"})


def tower_changes(plan: Plan, model: Model) -> dict[str, object]:
    """sdpa where images go through a tower that FlashAttention stops at; empty elsewhere.

    Source: transformers 5.16.1 and 5.20.1 integrations/flash_attention.py, modeling_mllama.py.
    """
    if model.architecture not in _TOWERS_WITHOUT_FLASH or not images.with_images(plan):
        return {}
    if attention.kind(attention.implementation(plan)) != "flash":
        return {}
    return {attention.deciding_key(plan): REMOVE, "attn_implementation": "sdpa"}


def _others_gone(plan: Plan, keys: Iterable[str]) -> dict[str, object]:
    return {key: REMOVE for key in keys if key in plan}


def takes_hybrid(plan: Plan, place: RunsOn) -> bool:
    """Whether FlashAttention-2 fails for Gemma 4's widest heads alone, which its hybrid leaves to sdpa.

    Packed rows alone: several padded ones in a batch bring a mask that those layers can't read.
    """
    flash = attention.base(attention.implementation(plan)) == "flash_attention_2"
    fits = (place.architecture or "").startswith("gemma4") and not attention.gemma4_hybrid_attn_impl(plan)
    packs = packing.packs_training(plan) and packing.packs_evaluation(plan)
    return flash and fits and packs and not place.failure("packing_hybrid")


def packing_changes(plan: Plan, place: RunsOn) -> dict[str, object]:
    """No packing where it would stop the run; empty where it works, or was not tried."""
    if not packing_failure(plan, place):
        return {}
    return {"batch_flattening": REMOVE} if flattens(plan) else dict(UNPACKED)


def failing_kernels(model: Model, version: Version | None = None) -> tuple[str, ...]:
    """The LoRA kernels that Axolotl can't put into this architecture."""
    attention = _ATTENTION_KERNELS if failure(model, "attention_kernels", version) else ()
    mlp = ("lora_mlp_kernel",) if failure(model, "mlp_kernel", version) else ()
    return (*attention, *mlp)


def kernel_changes(plan: Plan, model: Model, gpus: int = 1, version: Version | None = None) -> dict[str, object]:
    """All four kernels written out, those that fail off; empty where none of them is on."""
    failing, now = failing_kernels(model, version), lora_kernels(plan, gpus)
    on = dict(zip(LORA_KERNELS, (now.mlp, now.qkv, now.o, now.embedding), strict=True))
    if not any(on[name] for name in failing):
        return {}
    return {name: value and name not in failing for name, value in on.items()}


def target_changes(plan: Plan, model: Model, version: Version | None = None) -> dict[str, object]:
    """Other targets where the present ones fail; empty where they work, or nothing else is known to."""
    if adapters.lora_target_linear(plan):
        fails: object = failure(model, "lora_target_linear", version) or adapts_read_router(plan, model)
    elif adapters.lora_target_modules(plan) == ATTENTION:
        fails = failure(model, "lora_attention", version)
    else:
        return {}
    targets = working_targets(model, version) if fails else None
    return {} if targets is None else {"lora_target_linear": REMOVE, "lora_target_modules": targets}


def adapts_read_router(plan: Plan, model: Model) -> bool:
    """Whether a trainer that reads the router's loss takes the layers of the router's adapter for routers."""
    named = "router" in adapters.lora_target_modules(plan)
    adapted = adapters.built_in(plan) and (named or adapters.lora_target_linear(plan))
    return adapted and preference.reads_router_loss(plan) and model.architecture in router_loss("by_name")


def working_targets(model: Model, version: Version | None = None) -> list[str] | str | None:
    """What `lora_target_modules` may be: names, else a pattern; None where neither is known to work."""
    choices: tuple[tuple[Feature, tuple[str, ...]], ...] = (
        ("lora_projections", PROJECTIONS), ("lora_attention", ATTENTION),
    )  # fmt: skip
    for feature, names in choices:
        there = [name for name in names if name in model.linear_names]
        if there and not failure(model, feature, version):
            return there
    return None if failure(model, "lora_language_model", version) else LANGUAGE_MODEL


def lists_its_layers(model: Model) -> bool:
    """Whether its config names the kind of each layer, so that it has to have as many as are named."""
    return model.exact and not model.multimodal and model.model_type in _LISTS_ITS_LAYERS
