"""Kinds of training, methods and divisions of several GPUs, each combined at random as a wizard would take them.

On the CPU one process trains: blocks of FSDP and DeepSpeed are judged by the validator, on as many GPUs as the machine
has, and left out of the two steps.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

from scripts.runs.case import Case
from scripts.runs.first import members
from scripts.runs.kinds import KINDS
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.fit.adapt import adapt
from wizard.fit.method import METHODS, method_changes
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.output.yaml import document
from wizard.questions.question import Situation
from wizard.questions.taking import along, taken
from wizard.review import review, stops
from wizard.world.presets import preset

MIXTURES = 100
_MACHINES = ("rtx-4090", "a100-80gb", "h100-80gb", "t4", "2xa100-80gb", "2xrtx-4090", "8xh100-80gb")
_ATTENTIONS = ("flash_attention_2", "sdpa", "flex_attention", "eager")
_OPTIMIZERS = ("adamw_torch_fused", "adamw_bnb_8bit", "adamw_torch_8bit", "adafactor", "lion_8bit")
_MORE: tuple[Mapping[str, object], ...] = (
    {"peft_use_rslora": True}, {"lora_dropout": 0.05}, {"gradient_checkpointing": False},
    {"activation_offloading": True}, {"sample_packing": True}, {"sample_packing": False}, {"group_by_length": True},
    {"cut_cross_entropy": True, "plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]},
    {"bf16": False, "fp16": True}, {"bf16": False, "fp16": False}, {"val_set_size": 0}, {"lr_scheduler": "constant"},
    {"quantize_moe_experts": True}, {"save_only_model": True}, {"neftune_noise_alpha": 5},
    {"load_best_model_at_end": True}, {"lora_target_linear": True, "lora_target_modules": REMOVE},
    {"loraplus_lr_ratio": 16}, {"train_on_inputs": True},
)  # fmt: skip


def mixed(seed: int = 1) -> Iterator[Case]:
    """What is left after answers at random, of which those that are closed are not taken."""
    for number in range(MIXTURES):
        chance = random.Random(f"mixed {seed} {number}")
        kind, names = chance.choice(sorted(members().items()))
        name = chance.choice(names)
        training = chance.choice(sorted(KINDS))
        machine, model = named_machine(chance.choice(_MACHINES)), built(name)
        plan = _mixed(training, name, model, machine, chance)
        judged = review(plan, model, machine)
        yield Case.of(("mixed", f"{seed} {number:03}", training, kind), document(judged), judged, machine)


def _mixed(training: str, name: str, model: Model, machine: Machine, chance: random.Random) -> Plan:
    start, changes = KINDS[training]
    plan = adapt(preset(start).plan.changed({"base_model": name}), model, machine)
    wanted: list[Mapping[str, object]] = [changes]
    if not training.endswith("-full"):
        wanted.append(method_changes(chance.choice(METHODS), plan.changed(changes), model))
    if machine.count > 1:
        wanted.append(_division(chance, model))
    wanted += [{"attn_implementation": chance.choice(_ATTENTIONS)}, {"optimizer": chance.choice(_OPTIMIZERS)}]
    wanted += chance.sample(_MORE, 3)
    for one in wanted:
        situation = Situation(plan, model, machine)
        answer = taken(one, situation, stops(plan, model, machine))
        plan = plan if answer.closed else plan.changed(answer.changes)
    situation = Situation(plan, model, machine)
    return plan.changed(along(plan, {}, situation, frozenset())[0])


def _division(chance: random.Random, model: Model) -> Mapping[str, object]:
    fsdp = {"fsdp_version": 2, "fsdp_config": {
        "reshard_after_forward": chance.choice((True, False)), "state_dict_type": "FULL_STATE_DICT",
        "auto_wrap_policy": "TRANSFORMER_BASED_WRAP", "transformer_layer_cls_to_wrap": model.layer_class,
        "activation_checkpointing": chance.choice((True, False)), "offload_params": chance.choice((True, False)),
    }}  # fmt: skip
    stage = chance.choice(("zero1", "zero2", "zero3", "zero3_bf16"))
    deepspeed = {"deepspeed": f"deepspeed_configs/{stage}.json"}
    return chance.choice((fsdp, deepspeed, {}))
