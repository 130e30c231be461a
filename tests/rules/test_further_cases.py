"""Cases of rules beside the examples in their docstrings: what is said, and what the fix makes of them."""

from __future__ import annotations

import pytest
import yaml

from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.version import Version, parse_version
from wizard.knowledge.axolotl.versions import newest
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.review import review

MOE = "base_model: Qwen/Qwen3-30B-A3B\n"
LLAMA = "base_model: meta-llama/Llama-3.1-8B\n"
BEST = "load_best_model_at_end: true\n"
FP16 = "bf16: false\nfp16: true\nsample_packing: true\nattn_implementation: sdpa"
LORA = "adapter: lora\nlora_r: 8\nlora_alpha: 16\n"
KERNELS = "plugins: [axolotl.integrations.kernels.KernelsPlugin]\n"


def told(text: str, name: str, gpu: str = "", version: Version | None = None) -> list[Finding]:
    plan = Plan(yaml.safe_load(text), axolotl=version)
    row = find(str(plan.get("base_model", "")))
    found = review(plan, built(row.id) if row else None, named_machine(gpu) if gpu else None).findings
    return [one for one in found if one.name == name]


SAID: list[tuple[str, str, str]] = [
    ("half-of-fused-experts", f"{MOE}{LORA}lora_target_modules: '.*(up|down)_proj'", "LoRA on up_proj without gate_"),
    ("half-of-fused-experts", f"{MOE}{LORA}lora_target_modules: '.*(q|v|gate|up)_proj'", ""),
    ("half-of-fused-experts", f"{MOE}{LORA}lora_target_modules: '.*mlp.experts.gate_proj'", "without up_proj"),
    ("half-of-fused-experts", f"{MOE}{LORA}lora_target_modules: '.*self_attn.(q|v)_proj'", ""),
    ("half-of-fused-experts", f"{MOE}{LORA}lora_target_modules: '(('", ""),
    ("half-of-fused-experts", f"{MOE}{LORA}lora_target_modules: [mlp.experts.up_proj]", "LoRA on up_proj without"),
    ("half-of-fused-experts", f"{LLAMA}{LORA}lora_target_modules: [gate_proj]", ""),
    ("never-evaluated", "val_set_size: 0.1\nevals_per_epoch: 0.5\nnum_epochs: 2", "evals_per_epoch 0.5 over the whole"),
    ("never-evaluated", "val_set_size: 0.1\nevals_per_epoch: 1\nnum_epochs: 2", ""),
    ("never-evaluated", "val_set_size: 0.1", "nothing says when"),
    ("never-evaluated", "test_datasets: [{path: a}]", "test_datasets is set"),
    ("never-evaluated", "val_set_size: 0.1\neval_steps: 5", ""),
    ("best-model-not-loaded", f"{BEST}rl: dpo\nval_set_size: 0.1", "under rl: dpo"),
    ("best-model-not-loaded", BEST, "without val_set_size or test_datasets"),
    ("best-model-not-loaded", f"{BEST}val_set_size: 0.1\neval_steps: 5\nsave_steps: 5\n"
     "test_datasets: [{path: a}]", "with val_set_size beside test_datasets"),
    ("best-model-not-loaded", f"{BEST}val_set_size: 0.1\nsave_steps: 5", "without eval_steps"),
    ("best-model-not-loaded", f"{BEST}val_set_size: 0.1\neval_steps: 5", "without save_steps"),
    ("best-model-not-loaded", f"{BEST}val_set_size: 0.1\neval_steps: 4\nsave_steps: 6",
     "with save_steps 6 and eval_steps 4"),
    ("best-model-not-loaded", f"{BEST}val_set_size: 0.1\nevals_per_epoch: 4\nsaves_per_epoch: 2\n"
     "num_epochs: 1", ""),
    ("balanced-labels-need", "balance_labels: true\nstreaming: true", "beside streaming"),
    ("balanced-labels-need", "balance_labels: true\ngroup_by_length: true", "beside group_by_length"),
    ("balanced-labels-need", "label_balance_window_optim_steps: 2", "2 without balance_labels"),
    ("balanced-labels-need", "label_balance_window_optim_steps: 1", ""),
    ("balanced-labels-need", "balance_labels: true\nlabel_balance_window_optim_steps: 2\nstreaming: true\n"
     "sample_packing: true", "2 with streaming"),
    ("balanced-labels-need", "balance_labels: true\naccelerator_config: {split_batches: true}", "split_batches"),
    ("sinkgd-arguments", "optimizer: sinkgd\noptim_args: sinkgd_spectral_target=other", "other in optim_args"),
    ("sinkgd-arguments", "optimizer: sinkgd\noptim_args: [1]", ""),
    ("mixlora-settings", "adapter: mixlora\nlora_r: 8\nlora_alpha: 16\nmixlora_num_experts: 2\nmixlora_top_k: 3",
     "mixlora_top_k 3 of mixlora_num_experts 2"),
    ("mixlora-settings", "adapter: mixlora", "without lora_r and lora_alpha"),
    ("mixlora-settings", "adapter: mixlora\nlora_r: 8\nlora_alpha: 16\nrl: dpo", "with rl"),
    ("mixlora-settings", "adapter: mixlora\nlora_r: 8\nlora_alpha: 16\nlora_target_modules: [up_proj]", "up_proj: the"),
    ("mora-setting", "plugins: [axolotl.integrations.mora.MoraPlugin]\nadapter: mora\nmora: {use_mora: false}",
     "use_mora false"),
    ("weight-out-of-range", "rl: orpo\norpo_alpha: 0.2\nrl_beta: 0.1", "0.2 is not read: rl_beta counts"),
    ("weight-out-of-range", "rl: orpo\norpo_alpha: 0.1\nrl_beta: 0.1", ""),
    ("weight-out-of-range", "rl: dpo\ndpo_loss_weights: [1, -1]", "dpo_loss_weights[1] -1 is below 0"),
    ("weight-out-of-range", "rl: dpo\ndpo_loss_type: [robust]\ndpo_label_smoothing: 0.5", "nothing to divide by"),
    ("unfrozen-matches-nothing", f"{LLAMA}unfrozen_parameters: ['((']", "(( is no regular expression"),
    ("unfrozen-matches-nothing", f"{LLAMA}unfrozen_parameters: ['model.embed_tokens.weight[9:9]']", "ends before it"),
    ("unfrozen-matches-nothing", f"{LLAMA}unfrozen_parameters: ['model.embed_tokens.weight[:200000]']", "goes beyond"),
    ("unfrozen-matches-nothing", f"{LLAMA}unfrozen_parameters: [lm_head, model.embed]", ""),
    ("unfrozen-matches-nothing", f"{LLAMA}unfrozen_parameters: [lm_head, mine]", "begins as mine"),
    ("unknown-deepspeed-key", "deepspeed: {gradient_cliping: 1}", "did you mean gradient_clipping?"),
    ("unknown-deepspeed-key", "deepspeed: {zero_optimization: {nothing_like_it: 1}}", "the run dies"),
    ("bnb-setting-unknown", "load_in_4bit: true\nbnb_config_kwargs: {bnb_4bit_quant_type: nf5}", "is nf5"),
    ("bnb-setting-unknown", "load_in_4bit: true\nbnb_config_kwargs: {llm_int8_skip_modules: ['((']}", "(( is no"),
    ("bnb-setting-unknown", "load_in_4bit: true\nbnb_config_kwargs: {llm_int8_skip_modules: ['lm_.*']}", ""),
    ("bnb-setting-unknown", "bnb_config_kwargs: {bnb_4bit_quant_type: nf5}", ""),
    ("split-impossible", "datasets: [{path: a, split: 'train[:0]'}]", "there is no row in it"),
    ("split-impossible", "datasets: [{path: a, split: 'train[9:5]'}]", "there is no row in it"),
    ("split-impossible", "datasets: [{path: a, split: 'train[:101%]'}]", "100% at most"),
    ("split-impossible", "datasets: [{path: a, split: 'train[:100%]+test[5:]'}]", ""),
    ("roles-to-train-unknown", "datasets: [{path: a, type: chat_template, roles_to_train: []}]", "every turn is"),
    ("roles-to-train-unknown", "datasets: [{path: a, type: chat_template, roles_to_train: [asistant]}]", "nothing is"),
    ("roles-to-train-unknown", "datasets: [{path: a, type: chat_template, roles_to_train: [asistant, user]}]",
     "no turn is trained for it"),
    ("pack-sizes-impossible", "sample_packing: true\nsample_packing_group_size: 0", "sample_packing_group_size 0"),
    ("pack-sizes-impossible", "sample_packing: true\nsample_packing_group_size: 1", ""),
    ("scheduler-arguments", "lr_scheduler: cosine_with_min_lr\nlr_scheduler_kwargs: {min_lr: 1.0e-6, min_lr_rate: 0.1}",
     "must have one of"),
    ("kernel-value-unknown", f"{KERNELS}nonexpert_quantization: int3", "nonexpert_quantization: int3 is none of"),
    ("context-parallel-degrees", "context_parallel: {size: 4, ulysses_size: 3}", "3 does not divide size 4"),
    ("context-parallel-degrees", "context_parallel: {size: 4, backend: ulysses, ring_size: 2}", "divides heads alone"),
    ("context-parallel-degrees", "context_parallel: {size: 4, backend: ring, ulysses_size: 2}", "the sequence alone"),
    ("context-parallel-degrees", "context_parallel: {size: 4, ulysses_size: 2, ring_size: 1}", "2 times ring_size 1"),
    ("context-parallel-degrees", "context_parallel: {size: 4, ulysses_size: 0}", ""),
    ("context-parallel-degrees", "context_parallel: {size: 4, ulysses_size: 2, ring_size: 2}", ""),
    ("context-parallel-under-deepspeed", "deepspeed: deepspeed_configs/zero3.json\ncontext_parallel: {size: 2, "
     "ring_size: 2, ulysses_size: 2}", "asks for a ring"),
    ("context-parallel-under-deepspeed", "deepspeed: deepspeed_configs/zero3.json\ncontext_parallel: {size: 2, "
     "ring_size: 1, ulysses_size: 2}", ""),
    ("quantization-group-size", "qat: {weight_dtype: nvfp4, group_size: 32}", "training stops after the model's load"),
    ("quantization-group-size", "quantization: {weight_dtype: nvfp4, group_size: 32}", "axolotl quantize stops"),
    ("sampling-out-of-range", "rl: grpo\ntrl: {min_p: 1.5}", "min_p is 1.5"),
    ("sampling-out-of-range", "rl: grpo\ntrl: {min_p: 1.5, use_vllm: true}", "min_p is 1.5"),
    ("sampling-out-of-range", "rl: grpo\ntrl: {top_p: 1.5, use_vllm: true}", "top_p is 1.5"),
    ("sampling-out-of-range", "rl: grpo\ntrl: {top_p: 1.5}", ""),
    ("sampling-out-of-range", "rl: grpo\ntrl: {top_k: -1, use_vllm: true}", ""),
    ("sampling-out-of-range", "rl: grpo\ntrl: {top_k: -1}", "top_k is -1"),
    ("weight-out-of-range", "rl: grpo\ntrl: {epsilon: 1.5}", "1 or more"),
    ("weight-out-of-range", "rl: grpo\ntrl: {epsilon: 0.2, epsilon_high: 1.5}", ""),
    ("weight-out-of-range", "rl: grpo\ntrl: {ref_model_mixup_alpha: 5, sync_ref_model: true}", "not from 0 to 1"),
    ("weight-out-of-range", "rl: grpo\ntrl: {ref_model_mixup_alpha: 5}", ""),
    ("fsdp-whole-model", "fsdp_version: 2\nfsdp_config: {auto_wrap_policy: SIZE_BASED_WRAP, min_num_params: 9}", ""),
    ("fsdp-whole-model", "fsdp_config: {}", ""),
    ("deepspeed-takes-over", "lr_scheduler: linear\ndeepspeed: {scheduler: {type: WarmupDecayLR}}", ""),
    ("deepspeed-takes-over", "deepspeed: {scheduler: {type: WarmupLR}, optimizer: {type: Lion}}", ""),
    ("memory-limit-unreadable", "max_memory: {0: 20000000000, cpu: 64GiB}", ""),
    ("memory-limit-unreadable", "max_memory: {0: 20TB}", "no unit that accelerate knows"),
    ("added-token-lost", "added_tokens_overrides: {5: ''}", "is empty"),
    ("added-token-out-of-range", "added_tokens_overrides: {-1: a}", "tokens are counted from 0"),
    ("switch-as-text", "chat_template_kwargs: {enable_thinking: 'true'}", ""),
    ("no-reward-function", "rl: grpo\nplugins: [axolotl.integrations.nemo_gym.NemoGymPlugin]", ""),
    ("workers-negative", "dataset_num_proc: 0\ndataset_processes: -1", ""),
    ("warmup-steps-as-share", "warmup_steps: 0.1", "warmup_steps"),
    ("warmup-steps-as-share", "warmup_steps: 10", ""),
    ("layer-offloading-without-effect", "layer_offloading: true", "a full fine-tune has none"),
    ("layer-offloading-without-effect", "layer_offloading: true\nrl: dpo\nadapter: lora", "rl: dpo does not"),
    ("layer-offloading-without-effect", "layer_offloading: true\nreward_model: true", "reward models do not"),
    ("layer-offloading-without-effect", "layer_offloading: true\ntrainer_cls: my.Trainer", ""),
    ("model-type-does-not-train", f"{LLAMA}model_type: AutoModelForImageTextToText", "reads no images"),
    ("model-type-does-not-train", f"{LLAMA}model_type: MistralForCausalLM", "the class of another architecture"),
    ("model-type-does-not-train", f"{LLAMA}model_type: LlamaForCausalLM", ""),
    ("model-type-does-not-train", f"{LLAMA}model_type: LlamaModel", "has no head"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "words"), SAID)
def test_what_is_said(name: str, text: str, words: str) -> None:
    found = told(text, name)
    assert any(words in one.message for one in found) if words else not found, [one.message for one in found]


FIXED: list[tuple[str, str, str, dict[str, object]]] = [
    ("absent-target", f"{LLAMA}{LORA}lora_target_modules: [q_prj, v_proj]", "",
     {"lora_target_modules": ["v_proj", "q_proj"]}),
    ("absent-target", f"{LLAMA}{LORA}lora_target_modules: [nothing]", "",
     {"lora_target_modules": None, "lora_target_linear": True}),
    ("absent-target", f"{LLAMA}{LORA}lora_target_modules: 'nothing'", "",
     {"lora_target_modules": None, "lora_target_linear": True}),
    ("batch-size-set", "batch_size: 16\nmicro_batch_size: 2", "2xa100-80gb",
     {"batch_size": REMOVE, "micro_batch_size": 2, "gradient_accumulation_steps": 4}),
    ("batch-size-set", "batch_size: 3\nmicro_batch_size: 2", "",
     {"batch_size": REMOVE, "micro_batch_size": 2, "gradient_accumulation_steps": 2}),
    ("batch-size-set", "batch_size: 1\nmicro_batch_size: 4", "",
     {"batch_size": REMOVE, "micro_batch_size": 4, "gradient_accumulation_steps": 1}),
    ("half-of-fused-experts", f"{MOE}{LORA}lora_target_modules: [q_proj, up_proj]", "",
     {"lora_target_modules": ["q_proj", "up_proj", "gate_proj"]}),
    ("new-tokens-not-trained", f"{LLAMA}{LORA}tokens: ['<a>']\nlora_modules_to_save: [lm_head]", "",
     {"lora_modules_to_save": ["lm_head", "embed_tokens"]}),
    ("context-parallel-packed-rows", "context_parallel_size: 2\nmicro_batch_size: 2\ngradient_accumulation_steps: 3\n"
     "sample_packing: true\nbatch_size: 12", "",
     {"micro_batch_size": 1, "gradient_accumulation_steps": 6, "batch_size": REMOVE}),
    ("fp16-full-finetune-packed-without-flash", FP16, "t4",
     {"sample_packing": False}),
    ("fp16-full-finetune-packed-without-flash", FP16,
     "a100-80gb", {"bf16": "auto", "fp16": None}),
    ("pretraining-dataset-as-text", "pretraining_dataset: a/b", "", {"pretraining_dataset": [{"path": "a/b"}]}),
    ("pretraining-dataset-as-text", "pretraining_dataset: {path: a/b, name: c}", "",
     {"pretraining_dataset": [{"path": "a/b", "name": "c"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "gpu", "changes"), FIXED)
def test_what_the_fix_makes(name: str, text: str, gpu: str, changes: dict[str, object]) -> None:
    versions: list[Version | None] = [newest(), parse_version("0.19")]
    found = next((found for version in versions if (found := told(text, name, gpu, version))), [])
    assert [dict(one.fix.changes) for one in found if one.fix is not None] == [changes]


def test_of_sizes_below_none_it_is_only_warned() -> None:
    rows = {size: told(f"sample_packing: true\nsample_packing_group_size: {size}", "pack-sizes-impossible")
            for size in (0, -1)}  # fmt: skip
    assert {size: [one.severity for one in found] for size, found in rows.items()} == {0: ["error"], -1: ["warning"]}


@pytest.mark.parametrize(("text", "gpu", "safety"), [
    ("batch_size: 8\nmicro_batch_size: 2", "rtx-4090", "safe"),
    ("batch_size: 8", "rtx-4090", "unsafe"),
    ("batch_size: 7\nmicro_batch_size: 2", "rtx-4090", "unsafe"),
    ("batch_size: 8\nmicro_batch_size: 2", "2xrtx-4090", "unsafe"),
])  # fmt: skip
def test_a_batch_that_stays_as_it_is_is_safe_to_write_otherwise(text: str, gpu: str, safety: str) -> None:
    assert [one.fix.safety for one in told(text, "batch-size-set", gpu) if one.fix is not None] == [safety]


def test_an_old_size_of_context_parallelism_is_not_read_beside_the_new_one() -> None:
    name = "context-parallel-size-below-one"
    assert [one.severity for one in told("sequence_parallel_degree: 0\n", name)] == ["error"]
    assert told("context_parallel_size: 1\nsequence_parallel_degree: 0\n", name) == []


@pytest.mark.parametrize(("host", "said"), [(None, 0), ("localhost", 0), ("10.0.0.2", 1)])
def test_a_server_elsewhere_takes_no_gpu_of_this_machine(host: str | None, said: int) -> None:
    server = "  use_vllm: true\n  vllm_mode: server\n" + (f"  vllm_server_host: {host}\n" if host else "")
    text = f"rl: grpo\nmicro_batch_size: 4\ntrl:\n  num_generations: 4\n{server}"
    assert len(told(text, "grpo-batch-below-gpus", "2xa100-80gb", parse_version("0.20"))) == said
