"""Configs that provoke the refusals of one family at a time, by seeded choices of values in each other's way."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

from tests.conformance.generate import BASES, LORA, Case, Config
from tests.rules.examples import BASE
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import data
from wizard.knowledge.axolotl.versions import newest

INTEGRATIONS = "axolotl.integrations."
EXPERTS = {"plugins": [f"{INTEGRATIONS}expert_parallel.ExpertParallelPlugin"], **BASES["fsdp2"]}
EXPERTS["fsdp_config"] = {"state_dict_type": "FULL_STATE_DICT"}
KERNELS = {"plugins": [f"{INTEGRATIONS}kernels.KernelsPlugin"], "use_kernels": True}
DECISION = {"plugins": [f"{INTEGRATIONS}diffusion_decision.plugin.DiffusionDecisionPlugin"], "diffusion_lm": {}}
QLORA = {**BASES["qlora"], "lora_target_linear": None, "lora_target_modules": ["q_proj"], "optimizer": "adamw_torch"}
CHECKPOINTED = {"gradient_checkpointing": True}
ZERO3 = "deepspeed_configs/zero3_bf16.json"
GRPO = {"rl": "grpo", "micro_batch_size": 4, "datasets": [{"path": "d.jsonl", "type": "rewards.transform"}]}

_DEGREE = [1, 2, 3, 4]
FAMILIES: dict[str, tuple[Config, dict[str, list[Any]]]] = {
    "sequences": (
        {},
        {
            "context_parallel.size": [1, 2, 2, 4],
            "context_parallel.backend": ["auto", "ring", "ulysses", "usp"],
            "context_parallel.ring_size": _DEGREE,
            "context_parallel.ulysses_size": _DEGREE,
            "context_parallel.rings": [2],
            "context_parallel_size": [1, 2, 4],
            "sequence_parallel_degree": [2, 4],
            "attn_implementation": ["eager", "sdpa", "flash_attention_2"],
            "deepspeed": [ZERO3],
        },
    ),
    "experts": (
        EXPERTS,
        {
            "expert_parallel_size": [1, 2, 4],
            "expert_parallel_backend": ["auto", "torch", "deep_ep"],
            "expert_parallel_dispatch_chunks": [0, 1, 2],
            "tensor_parallel_size": [1, 2],
            "dp_replicate_size": [1, 2],
            "dp_shard_size": [2],
            "optimizer": ["ao_adamw_fp8", "ao_adamw_4bit", "adamw_torch_8bit"],
            "gradient_checkpointing": [True, False, "offload"],
            "gradient_checkpointing_kwargs.use_reentrant": [True, False],
            "activation_offloading": [True, "legacy", "hidden_states"],
        },
    ),
    "kernels": (
        {**KERNELS, **QLORA},
        {
            "expert_backend": ["scattermoe", "sonicmoe", "eager"],
            "use_scattermoe": [True, False],
            "use_sonicmoe": [True],
            "quantize_moe_experts": [True, False],
            "nvfp4_merge_aware": [True, False],
            "experts_implementation": ["deepgemm", "grouped_mm", "scattermoe"],
            "use_glm_dsa_kernels": [True],
            "context_parallel_size": [2],
            "deepspeed": [ZERO3],
        },
    ),
    "vllm": (
        GRPO,
        {
            "trl.use_vllm": [True, True, False],
            "trl.vllm_mode": ["colocate", "colocate", "server"],
            "trl.vllm_lora_sync": [True, False],
            "trl.async_prefetch": [True],
            "trl.use_data_producer": [True],
            "vllm.max_model_len": [1024],
            "adapter": ["lora"],
            "lora_r": [8],
            "lora_alpha": [8],
            "context_parallel_size": [2],
        },
    ),
    "staged": (
        {**QLORA, "fsdp_version": 2},
        {
            "nf4_backend": ["torchao", "bitsandbytes"],
            "qlora_sharded_model_loading": [True, False],
            "fsdp_config.cpu_ram_efficient_loading": [True, True, False],
            "bnb_config_kwargs.blocksize": [64, 128, "64"],
            "bnb_config_kwargs.bnb_4bit_quant_type": ["nf4", "fp4"],
            "bnb_config_kwargs.bnb_4bit_use_double_quant": [False, True],
            "peft_init_lora_weights": ["pissa", "gaussian", True],
            "lora_target_parameters": [["mlp.experts.gate_up_proj"]],
            "lora_modules_to_save": [["lm_head"]],
            "dp_replicate_size": [2],
            "tensor_parallel_size": [2],
            "load_in_4bit": [False],
        },
    ),
    "kept": (
        {**LORA, **CHECKPOINTED},
        {
            "selective_checkpointing.save_matmul_min_k": [1, 4096],
            "selective_checkpointing.save_modules": [["down_proj"], ["layers.0"], [" "], ["embed_tokens"], ["*_proj"]],
            "selective_checkpointing.save": [["attention"], ["mm"], ["aten::mm"]],
            "lora_mlp_kernel": [True, False],
            "lora_qkv_kernel": [True, False],
            "lora_o_kernel": [True, False],
            "lora_embedding_kernel": [True],
            "trust_remote_code": [True],
        },
    ),
    "exports": (
        {},
        {
            "export.quantize": [["Q4_K_M"], "q4_k_m,Q8_0", ["Q4"], []],
            "export.outtype": ["f16", "q8_0", "f17"],
            "export.outfile": ["model.gguf", "model-{ftype}.gguf"],
            "export.quantise": [["Q4_K_M"]],
        },
    ),
    "labels": (
        {"sample_packing": True, "attn_implementation": "flash_attention_2"},
        {
            "balance_labels": [True, True, False],
            "accelerator_config.split_batches": [True, False],
            "label_balance_window_optim_steps": [1, 4],
            "sample_packing": [False],
            "group_by_length": [True],
        },
    ),
    "diffusion": (
        {},
        {
            "diffusion_lm.min_mask_ratio": [0.1, 0.95],
            "diffusion_lm.max_mask_ratio": [0.05, 0.9, 1.5],
            "diffusion_lm.unroll.k_max": [1, 4],
            "diffusion_lm.unroll.eval_steps": [1, 2],
            "diffusion_lm.canvas": [256],
        },
    ),
    "decisions": (
        DECISION,
        {
            "diffusion_decision.mixture.premixed": [True],
            "diffusion_decision.mixture.per_batch_stratified": [True, False],
            "diffusion_decision.mixture.weights": [{"a": 1}, {"a": 0}, {"": 1}],
            "diffusion_decision.mixture.temperature": [0.5, -1],
            "diffusion_decision.mixture.max_examples_per_source": [0, 4, {"a": 0}],
            "diffusion_decision.latent.mode": ["none", "pad", "free"],
            "diffusion_decision.latent.num_slots": [0, 2],
            "diffusion_decision.latent.sample_num_slots": [True],
            "diffusion_decision.latent.free_update_policy": ["argmax"],
            "diffusion_decision.labels.full_ce_weighting": ["dft", "ce"],
            "diffusion_decision.labels.hard_label_smoothing": [0.1],
            "diffusion_decision.max_image_size": [56, 100],
            "diffusion_decision.carry.enabled": [True, False],
        },
    ),
    "synthetic": (
        {},
        {
            "datasets.0.min_turns": [0, 1, 2, 4],
            "datasets.0.max_turns": [1, 2, 8],
            "datasets.0.sequence_length": [16, 64, 512],
            "datasets.0.min_turn_length": [8, 64],
            "datasets.0.input_fraction": [0, 0.5, 1],
        },
    ),
}  # fmt: skip
"""What each begins with, and the values that may stand at each place."""
FAMILIES["synthetic"][0]["datasets"] = [{"path": "synthetic", "type": "_synthetic"}]


def family_cases(count: int = 600, seed: int = 2, version: Version | None = None) -> Iterator[Case]:
    """`count` cases for a version (the newest), the families in turns; every sixth changes a plugin's block."""
    dice = random.Random(seed)
    names = sorted(FAMILIES)
    for number in range(count):
        if number % 6 == 5:
            yield _plugin_case(dice, version or newest())
            continue
        name = names[number % len(names)]
        begins, places = FAMILIES[name]
        config = copy.deepcopy({key: value for key, value in {**BASE, **begins}.items() if value is not None})
        chosen = dice.sample(sorted(places), min(len(places), dice.choice((2, 3, 4, 5))))
        for place in chosen:
            _put(config, place, dice.choice(places[place]))
        yield Case(f"{name}:{','.join(chosen)}", "h100", config)


def _put(config: Any, place: str, value: Any) -> None:
    *way, last = [int(step) if step.isdigit() else step for step in place.split(".")]
    for step in way:
        config = config[step] if isinstance(step, int) else config.setdefault(step, {})
    config[last] = value


def _plugin_case(dice: random.Random, version: Version) -> Case:
    """A key, known or not, with a value of any kind inside a block of a plugin."""
    made = data(version)
    blocks = [
        (plugin, name, part["$ref"].rpartition("/")[2])
        for plugin, fields in made["plugin_shapes"].items()
        for name, shape in fields.items()
        for part in shape.get("anyOf", [shape])
        if "$ref" in part and made["defs"][part["$ref"].rpartition("/")[2]].get("properties")
    ]
    plugin, name, model = dice.choice(blocks)
    key = dice.choice(sorted(made["defs"][model]["properties"]))
    key = f"{key}s" if dice.random() < 0.3 else key
    block = {key: dice.choice([1, 0.5, -3, "many", True, ["a"], {"a": 1}, None, "2"])}
    return Case(f"plugin {name}.{key}", "h100", {**BASE, "plugins": [plugin], name: block})
