"""What is kept for the backward pass: `gradient_checkpointing`, its arguments, `activation_offloading` and their kin.

Source: axolotl 0.19.0 utils/config/__init__.py:377-395, core/trainers/base.py:72,
core/trainers/mixins/activation_checkpointing.py.
"""

from __future__ import annotations

from typing import Literal

from wizard.axolotl import adapters, attention, deepspeed, fsdp, preference
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.values import flag, mapping, number, texts
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

Checkpointing = Literal["none", "reentrant", "non_reentrant"]
Offloading = Literal["none", "true", "legacy", "disk", "hidden_states"]
_NON_REENTRANT = Version(0, 21)
_OLD_OFFLOADING = ("offload", "offload_disk")
_WITHOUT_OFFLOADING = ("grpo", "gdpo", "orpo", "simpo", "ebft")


def gradient_checkpointing(plan: Plan) -> bool:
    """Whether it is on, in whichever of its spellings."""
    written = plan.get("gradient_checkpointing")
    return written in _OLD_OFFLOADING or flag(written)


def old_offloading(plan: Plan) -> str | None:
    """`offload` or `offload_disk` where `gradient_checkpointing` says so, as it did before it had a key of its own."""
    written = plan.get("gradient_checkpointing")
    return str(written) if written in _OLD_OFFLOADING else None


def kwargs(plan: Plan) -> dict[str, object]:
    """`gradient_checkpointing_kwargs`, empty where it is absent."""
    return mapping(plan, "gradient_checkpointing_kwargs")


def use_reentrant(plan: Plan) -> bool:
    """Whether `use_reentrant` is written and true to Python: its type is not checked, so "false" is true."""
    return bool(kwargs(plan).get("use_reentrant"))


def calls_reentrant(plan: Plan, version: Version) -> bool:
    """Whether layers are checkpointed with `use_reentrant` true.

    Where it is not written, Axolotl writes it for supervised training of the whole model: 0.21 false but for ZeRO-3,
    older ones true where there are no arguments at all. In preference training, and with `unfrozen_parameters`, no
    arguments (or an empty block) mean false, which transformers writes; any other argument goes to torch as it is,
    which takes a missing `use_reentrant` for true. TRL's own default is for transformers before 5.

    Source: axolotl 0.19.0 utils/config/__init__.py:377-384, 0.21.0 utils/config/__init__.py:470-483 and
    core/builders/base.py:690-702; transformers 5.20.1 trainer.py:1504-1508; torch 2.13.0 utils/checkpoint.py:486-496;
    trained with each on a CPU (executed).
    """
    if not gradient_checkpointing(plan):
        return False
    if "use_reentrant" in kwargs(plan):
        return use_reentrant(plan)
    whole = plan.get("rl") is None and plan.get("unfrozen_parameters") is None
    if whole and version >= _NON_REENTRANT:
        return deepspeed.zero3(plan)
    return bool(kwargs(plan)) or (whole and plan.get("gradient_checkpointing_kwargs") is None)


def activation_offloading(plan: Plan) -> Offloading:
    """Where what is kept waits; the old spelling under `gradient_checkpointing` wins."""
    old = old_offloading(plan)
    if old is not None:
        return "disk" if old == "offload_disk" else "true"
    written = plan.get("activation_offloading")
    for name in ("legacy", "disk", "hidden_states"):
        if written == name:
            return name
    return "true" if flag(written) else "none"


def layer_offloading(plan: Plan) -> bool:
    """Whether frozen layers wait in host memory."""
    return flag(plan.get("layer_offloading"))


def selective_checkpointing(plan: Plan) -> tuple[str, ...] | None:
    """What it keeps, None where it is off. An empty block turns it on."""
    written = plan.get("selective_checkpointing")
    if isinstance(written, dict):
        listed = written.get("save", ["attention"])
        return tuple(item for item in listed if isinstance(item, str)) if isinstance(listed, list) else ()
    return ("attention",) if flag(written) else None


def selective_block(plan: Plan) -> dict[str, object]:
    """`selective_checkpointing` as a block; empty where it is none."""
    return mapping(plan, "selective_checkpointing")


def saved_modules(plan: Plan) -> tuple[str, ...]:
    """The names of `save_modules`: modules whose products are kept."""
    return texts(mapping(plan, "selective_checkpointing").get("save_modules"))


def saves_wide_products(plan: Plan) -> bool:
    """Whether products are kept by their size, `save_matmul_min_k`."""
    return number(mapping(plan, "selective_checkpointing").get("save_matmul_min_k"), 0.0) >= 1


def with_modules(plan: Plan, names: list[str]) -> dict[str, object]:
    """`selective_checkpointing` with other modules; without the key where there are none."""
    block = {key: value for key, value in mapping(plan, "selective_checkpointing").items() if key != "save_modules"}
    return {**block, "save_modules": names} if names else block


def with_saves(plan: Plan, saves: list[str]) -> dict[str, object]:
    """`selective_checkpointing` with other saves."""
    return {**mapping(plan, "selective_checkpointing"), "save": saves}


def strided_ebft(plan: Plan) -> bool:
    """Whether it is EBFT in its strided mode."""
    return plan.get("rl") == "ebft" and mapping(plan, "ebft").get("mode") == "strided"


def flex(plan: Plan) -> bool:
    """Whether attention is FlexAttention."""
    return attention.implementation(plan) == "flex_attention"


def made_reentrant(plan: Plan) -> bool:
    """Whether Axolotl sets `use_reentrant: true` whatever is written; it does so before the checks that mind it."""
    return strided_ebft(plan) and flex(plan) and gradient_checkpointing(plan)


def checkpointing(plan: Plan, model: Model | None) -> Checkpointing:
    """Whether and how layers are computed again."""
    if not gradient_checkpointing(plan):  # accelerate's own is never reentrant
        return "non_reentrant" if fsdp.setting(plan, "activation_checkpointing") else "none"
    forced = model is not None and model.model_type.startswith("gemma4")
    if forced or adapters.adapter(plan) == "mixlora":  # both by Axolotl (0.21.0 utils/config/__init__.py:489-523)
        return "non_reentrant"
    return "reentrant" if calls_reentrant(plan, of_plan(plan)) else "non_reentrant"


def offloads(plan: Plan) -> bool:
    """Whether activations go to host memory; the trainers of these methods do not do it."""
    if plan.get("rl") in _WITHOUT_OFFLOADING or flag(plan.get("process_reward_model")):
        return False
    return activation_offloading(plan) != "none"


def offloads_layers(plan: Plan) -> bool:
    """Whether frozen layers do; the trainers of preference methods and of reward models do not do it."""
    return layer_offloading(plan) and preference.rl(plan) is None and preference.scores(plan) is None
