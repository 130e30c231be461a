"""Settings of other trainers, as people write them, with what each trains there.

`targets`: the modules that get an adapter of `rank`, None where all weights are trained; `tokens`: those of one update on
one GPU, at most, None where the file does not say them. Both are from the trainer's own documents, by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
MLP = ("gate_proj", "up_proj", "down_proj")
ALL = (*ATTENTION, *MLP)
QV = ("q_proj", "v_proj")


@dataclass(frozen=True)
class Theirs:
    """One file of a trainer. `asks`: keys that are left to the person beside the data."""

    trainer: str
    name: str
    text: str
    targets: tuple[str, ...] | None
    rank: int
    tokens: int | None
    asks: tuple[str, ...] = ()


_LF = "model_name_or_path: HuggingFaceTB/SmolLM2-135M\ndataset: alpaca_en_demo\noutput_dir: saves/a\n"


def _lf(
    number: int,
    more: str,
    *,
    targets: tuple[str, ...] | None,
    rank: int,
    tokens: int | None,
    asks: tuple[str, ...] = (),
) -> Theirs:
    return Theirs("llama-factory", f"{number}.yaml", _LF + more, targets, rank, tokens, asks)


LLAMA_FACTORY = [
    _lf(0, "", targets=ALL, rank=8, tokens=8 * 2048),
    _lf(1, "stage: sft\ndo_train: true\nlora_rank: 16\nlora_target: q_proj,v_proj\ncutoff_len: 1024\n"
        "per_device_train_batch_size: 2\n", targets=QV, rank=16, tokens=2 * 1024),
    _lf(2, "finetuning_type: full\nper_device_train_batch_size: 1\ngradient_accumulation_steps: 2\nbf16: true\n",
        targets=None, rank=0, tokens=2 * 2048),
    _lf(3, "quantization_bit: 4\nlora_rank: 64\nlora_alpha: 16\nper_device_train_batch_size: 1\n"
        "gradient_accumulation_steps: 8\n", targets=ALL, rank=64, tokens=8 * 2048),
    _lf(4, "template: qwen\nlearning_rate: 1.0e-4\nnum_train_epochs: 3.0\nlr_scheduler_type: cosine\n"
        "warmup_ratio: 0.1\nlora_rank: 8\nbf16: true\nddp_timeout: 180000000\nplot_loss: true\n",
        targets=ALL, rank=8, tokens=8 * 2048),
    _lf(5, "packing: true\nneat_packing: true\nflash_attn: fa2\ncutoff_len: 4096\nper_device_train_batch_size: 1\n",
        targets=ALL, rank=8, tokens=4096),
    _lf(6, "lora_target: all\nlora_rank: 4\nuse_dora: true\nper_device_train_batch_size: 4\n", targets=ALL, rank=4,
        tokens=4 * 2048),
    _lf(7, "max_samples: 1000\noverwrite_cache: true\npreprocessing_num_workers: 16\nlogging_steps: 10\nsave_steps: 500\n",
        targets=ALL, rank=8, tokens=8 * 2048, asks=("max_samples",)),
    _lf(8, "report_to: wandb\nrun_name: a\nval_size: 0.1\neval_strategy: steps\neval_steps: 500\nlora_rank: 32\n",
        targets=ALL, rank=32, tokens=8 * 2048),
    _lf(9, "template: vicuna\nlora_dropout: 0.05\nresize_vocab: true\nseed: 7\nlora_rank: 2\n", targets=ALL, rank=2,
        tokens=8 * 2048, asks=("template",)),
]  # fmt: skip

_TRL = "trl sft --model_name_or_path HuggingFaceTB/SmolLM2-135M --dataset_name trl-lib/Capybara --output_dir out"


def _trl(
    number: int,
    more: str,
    *,
    targets: tuple[str, ...] | None,
    rank: int,
    tokens: int | None,
    asks: tuple[str, ...] = (),
) -> Theirs:
    return Theirs("trl", f"{number}.sh", f"{_TRL} {more}\n", targets, rank, tokens, asks)


TRL = [
    _trl(0, "", targets=None, rank=0, tokens=8 * 1024),
    _trl(1, "--use_peft", targets=QV, rank=16, tokens=8 * 1024),
    _trl(2, "--use_peft --lora_r 32 --lora_alpha 16 --learning_rate 2.0e-4 --packing", targets=QV, rank=32,
         tokens=8 * 1024),
    _trl(3, "--use_peft --load_in_4bit --lora_target_modules all-linear --per_device_train_batch_size 1", targets=ALL,
         rank=16, tokens=1024),
    _trl(4, "--use_peft --lora_target_modules q_proj k_proj v_proj o_proj --max_length 2048", targets=ATTENTION, rank=16,
         tokens=8 * 2048),
    _trl(5, "--gradient_accumulation_steps 8 --per_device_train_batch_size 2 --num_train_epochs 1", targets=None, rank=0,
         tokens=16 * 1024),
    _trl(6, "\\\n  --use_peft \\\n  --lora_r 8 # small\n", targets=QV, rank=8, tokens=8 * 1024),
    _trl(7, "--eval_strategy steps --eval_steps 100 --logging_steps 25 --report_to none", targets=None, rank=0,
         tokens=8 * 1024),
    _trl(8, "--gradient_checkpointing false --attn_implementation flash_attention_2 --bf16 true", targets=None, rank=0,
         tokens=8 * 1024),
    _trl(9, "--use_peft --use_liger_kernel --max_length=512 --dataset_config all", targets=QV, rank=16, tokens=8 * 512,
         asks=("dataset_config",)),
]  # fmt: skip


def _unsloth(
    number: int, load: str, peft: str | None, train: str, *, targets: tuple[str, ...] | None, rank: int, tokens: int | None,
    asks: tuple[str, ...] = (),
) -> Theirs:  # fmt: skip
    adapter = "" if peft is None else f"model = FastLanguageModel.get_peft_model(model, {peft})\n"
    text = (
        "from unsloth import FastLanguageModel\nmax_seq_length = 1024\n"
        'model, tokenizer = FastLanguageModel.from_pretrained(model_name="HuggingFaceTB/SmolLM2-135M", '
        f"{load})\n{adapter}"
        'dataset = load_dataset("mlabonne/FineTome-100k", split="train")\n'
        f"trainer = SFTTrainer(model=model, tokenizer=tokenizer, train_dataset=dataset, args=SFTConfig({train}))\n"
    )
    return Theirs("unsloth", f"{number}.py", text, targets, rank, tokens, asks)


_STEP = "per_device_train_batch_size=2, gradient_accumulation_steps=4, "
UNSLOTH = [
    _unsloth(0, "max_seq_length=max_seq_length", "r=16", _STEP, targets=ALL, rank=16, tokens=8 * 1024),
    _unsloth(1, "max_seq_length=2048, dtype=None, load_in_4bit=True", 'r=32, lora_alpha=32, bias="none", lora_dropout=0, '
             'use_gradient_checkpointing="unsloth", random_state=3407, use_rslora=False, loftq_config=None', _STEP +
             'warmup_steps=5, max_steps=60, learning_rate=2e-4, optim="adamw_8bit", report_to="none"', targets=ALL,
             rank=32, tokens=8 * 2048),
    _unsloth(2, "load_in_4bit=False", 'r=8, target_modules=["q_proj", "v_proj"]', _STEP, targets=QV, rank=8,
             tokens=8 * 2048),
    _unsloth(3, "full_finetuning=True", None, _STEP, targets=None, rank=0, tokens=8 * 2048),
    _unsloth(4, "load_in_4bit=False, load_in_8bit=True", "r=16", _STEP, targets=ALL, rank=16, tokens=8 * 2048),
    _unsloth(5, "max_seq_length=4096, fast_inference=True, gpu_memory_utilization=0.6, max_lora_rank=64", "r=64",
             "per_device_train_batch_size=1, gradient_accumulation_steps=1", targets=ALL, rank=64, tokens=4096),
    _unsloth(6, "", "", _STEP + "num_train_epochs=1, lr_scheduler_type='cosine', seed=1", targets=ALL, rank=16,
             tokens=8 * 2048),
    _unsloth(7, "", "use_gradient_checkpointing=True", _STEP + "packing=True, weight_decay=0.01", targets=ALL, rank=16,
             tokens=8 * 2048),
    _unsloth(8, "token=get_token()", 'r=4, target_modules=["q_proj", "k_proj", "v_proj", "o_proj"]', _STEP +
             "logging_steps=1, output_dir='outputs'", targets=ATTENTION, rank=4, tokens=8 * 2048),
    _unsloth(9, "", "", "learning_rate=2e-4", targets=ALL, rank=16, tokens=None,
             asks=("per_device_train_batch_size", "gradient_accumulation_steps")),
]  # fmt: skip

_TUNE = """output_dir: /tmp/torchtune/out
tokenizer: {{_component_: torchtune.models.llama3.llama3_tokenizer, path: /tmp/x/tokenizer.model, max_seq_len: {length}}}
checkpointer: {{_component_: torchtune.training.FullModelHFCheckpointer, checkpoint_dir: /tmp/SmolLM2-135M, checkpoint_files:
  [model.safetensors], output_dir: "${{output_dir}}"}}
dataset: {{_component_: torchtune.datasets.{data}, packed: {packed}}}
seed: null
shuffle: True
max_steps_per_epoch: null
loss: {{_component_: torchtune.modules.loss.CEWithChunkedOutputLoss}}
metric_logger: {{_component_: torchtune.training.metric_logging.DiskLogger, log_dir: "${{output_dir}}/logs"}}
device: cuda
dtype: bf16
"""


def _tune(
    number: int, more: str, *, targets: tuple[str, ...] | None, rank: int, tokens: int | None, length: str = "1024",
    data: str = "alpaca_cleaned_dataset", packed: str = "False", asks: tuple[str, ...] = (),
) -> Theirs:  # fmt: skip
    optimizer = "" if "optimizer:" in more else "optimizer: {_component_: torch.optim.AdamW, fused: True, lr: 3e-4}\n"
    text = _TUNE.format(length=length, data=data, packed=packed) + optimizer + more
    return Theirs("torchtune", f"{number}.yaml", text, targets, rank, tokens, asks)


def _lora(kind: str, modules: str, more: str = "") -> str:
    return f"model: {{_component_: torchtune.models.llama3_2.{kind}_llama3_2_1b, lora_attn_modules: {modules}{more}}}\n"


_FULL = "model: {_component_: torchtune.models.llama3_2.llama3_2_1b}\n"
_SMALL = ", lora_rank: 8, lora_alpha: 16"
TORCHTUNE = [
    _tune(0, _lora("lora", "[q_proj, v_proj, output_proj]", ", apply_lora_to_mlp: True" + _SMALL) + "batch_size: 2\n",
          targets=("q_proj", "v_proj", "o_proj", *MLP), rank=8, tokens=2 * 1024),
    _tune(1, _lora("qlora", "[q_proj, v_proj]", _SMALL) + "batch_size: 4\ngradient_accumulation_steps: 8\n", targets=QV,
          rank=8, tokens=32 * 1024),
    _tune(2, _FULL + "batch_size: 1\nepochs: 3\n", targets=None, rank=0, tokens=1024),
    _tune(3, _FULL + "optimizer: {_component_: bitsandbytes.optim.PagedAdamW8bit, lr: 2e-5}\noptimizer_in_bwd: False\n"
          "enable_activation_checkpointing: True\nbatch_size: 2\n", targets=None, rank=0, tokens=2 * 1024),
    _tune(4, _lora("lora", "[q_proj, k_proj, v_proj, output_proj]", ", lora_rank: 64, lora_alpha: 128") +
          "batch_size: 2\ncompile: True\n", targets=ATTENTION, rank=64, tokens=2 * 1024),
    _tune(5, _lora("lora", "[q_proj, v_proj]", _SMALL) + "batch_size: 2\nlr_scheduler: {_component_: "
          "torchtune.training.lr_schedulers.get_cosine_schedule_with_warmup, num_warmup_steps: 100}\n", targets=QV, rank=8,
          tokens=2 * 1024, packed="True"),
    _tune(6, _FULL + "batch_size: 2\nclip_grad_norm: 1.0\nlog_every_n_steps: 1\nresume_from_checkpoint: False\n",
          targets=None, rank=0, tokens=2 * 512, length="512", data="alpaca_dataset"),
    _tune(7, _FULL + "batch_size: 2\n", targets=None, rank=0, tokens=None, length="null",
          asks=("tokenizer.max_seq_len",)),
    _tune(8, _lora("lora", "[q_proj, v_proj]", _SMALL + ", use_dora: False, lora_dropout: 0.1") + "batch_size: 1\n"
          "profiler: {_component_: torchtune.training.setup_torch_profiler, enabled: False}\n", targets=QV, rank=8,
          tokens=1024),
    _tune(9, _FULL + "batch_size: 2\noptimizer: {_component_: torchao.optim.AdamWFp8, lr: 2e-5}\nodd_key: 1\n",
          targets=None, rank=0, tokens=2 * 1024, asks=("optimizer._component_", "odd_key")),
]  # fmt: skip
FILES = [*LLAMA_FACTORY, *TRL, *UNSLOTH, *TORCHTUNE]
