"""What a key of the file means is decided in one module of wizard/axolotl; others may ask whether it is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

WIZARD = Path(__file__).parents[1] / "wizard"
READERS = WIZARD / "axolotl"

OWNERS: dict[str, tuple[str, ...]] = {
    "fsdp": ("fsdp", "fsdp_config", "fsdp_version"),
    "deepspeed": ("deepspeed",),
    "mesh": (
        "tensor_parallel_size", "context_parallel_size", "sequence_parallel_degree", "expert_parallel_size",
        "dp_shard_size", "dp_replicate_size", "context_parallel",
    ),
    "experts": ("expert_parallel_backend",),
    "plugins": ("plugins",),
    "kernels": ("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "lora_embedding_kernel", "expert_backend"),
    "losses": (
        "cut_cross_entropy", "liger_fused_linear_cross_entropy", "chunked_cross_entropy",
    ),
    "checkpointing": (
        "gradient_checkpointing", "gradient_checkpointing_kwargs", "activation_offloading", "layer_offloading",
        "selective_checkpointing",
    ),
    "precision": ("bf16", "bfloat16", "fp16", "float16", "tf32", "fp8", "torch_compile"),
    "attention": (
        "attn_implementation", "flash_attention", "sdp_attention", "xformers_attention", "flex_attention",
        "eager_attention", "sage_attention", "gemma4_hybrid_attn_impl",
    ),
    "packing": (
        "sample_packing", "eval_sample_packing", "pad_to_sequence_len", "batch_flattening", "streaming",
        "pretraining_dataset",
    ),
    "quantization": (
        "load_in_4bit", "load_in_8bit", "quantize_moe_experts", "gptq", "qat", "quantization",
        "model_quantization_config", "model_quantization_config_kwargs",
    ),
    "adapters": (
        "adapter", "lora_r", "lora_dropout", "lora_target_linear", "lora_target_modules", "lora_target_parameters",
        "lora_modules_to_save", "peft_use_dora",
    ),
    "batch": (
        "sequence_len", "micro_batch_size", "gradient_accumulation_steps", "batch_size", "eval_batch_size", "trl",
    ),
    "unfrozen": ("unfrozen_parameters",),
    "turns": ("chat_template", "eot_tokens"),
    "schedule": (
        "lr_scheduler", "lr_scheduler_kwargs", "cosine_min_lr_ratio", "cosine_constant_lr_ratio",
        "lr_quadratic_warmup",
    ),
    "evaluation": (
        "val_set_size", "test_datasets", "eval_strategy", "evaluation_strategy", "eval_steps", "evals_per_epoch",
        "save_steps", "save_strategy",
    ),
    "preference": ("rl", "reward_model", "process_reward_model"),
    "images": ("processor_type", "freeze_mm_modules", "image_size"),
}  # fmt: skip
"""The module that reads each key: it has several forms, a default that depends on others, or a place in a block."""

SHARED = {"rl", "reward_model", "process_reward_model"}
"""Read by several of the readers themselves, for what depends on the kind of training."""
SPELLING = WIZARD / "rules" / "file"
"""The rules on how a file is written, whatever it means."""
OWNER = {key: module for module, keys in OWNERS.items() for key in keys}


def reads(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and key of every place where the value of a key is read off a plan, in a loop over names too."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    names = _loops(tree)
    for node in ast.walk(tree):
        asked = _asked(node)
        if asked is None or _only_whether_written(parents.get(node)):
            continue
        keys = names.get(asked.id, ()) if isinstance(asked, ast.Name) else _texts(asked)
        yield from ((node.lineno, key) for key in keys)  # type: ignore[attr-defined]


def _asked(node: ast.AST) -> ast.AST | None:
    """What stands in the place of the key where a value is read off a plan."""
    if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        return node.args[0] if _is_plan(node.func.value) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "mapping":
        return node.args[1]
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        return node.slice if _is_plan(node.value) else None
    return None


def _loops(tree: ast.Module) -> dict[str, set[str]]:
    """The texts that each name of a loop takes, from a tuple that stands there or in a constant of the module."""
    constants = {
        target.id: _texts(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            over = constants.get(node.iter.id, ()) if isinstance(node.iter, ast.Name) else _texts(node.iter)
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name):
                    found.setdefault(name.id, set()).update(over)
    return found


def _texts(node: ast.AST) -> tuple[str, ...]:
    return tuple(one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str))


def _is_plan(node: ast.AST) -> bool:
    return ast.unparse(node).removesuffix(".values").rpartition(".")[2] == "plan"


def _only_whether_written(parent: ast.AST | None) -> bool:
    """`is None` asks whether it is written, two plans are compared as they are written, a message quotes it."""
    if isinstance(parent, ast.Compare):
        if all(_asked(one) is not None for one in (parent.left, *parent.comparators)):
            return True
        return all(isinstance(one, (ast.Is, ast.IsNot)) for one in parent.ops) and all(
            isinstance(one, ast.Constant) and one.value is None for one in parent.comparators
        )
    return isinstance(parent, ast.FormattedValue)


def test_no_second_reader() -> None:
    found = []
    for path in sorted(WIZARD.rglob("*.py")):
        place = path.relative_to(WIZARD)
        for line, key in reads(ast.parse(path.read_text(encoding="utf-8"))):
            owner = OWNER.get(key)
            here = path.stem if path.parent == READERS else None
            if owner is None or here == owner or (here is not None and key in SHARED) or SPELLING in path.parents:
                continue
            found.append(f"wizard/{place}:{line} reads {key}: ask wizard/axolotl/{owner}.py")
    assert not found, "\n".join(found)


def test_every_owner_reads_its_keys() -> None:
    for module, keys in OWNERS.items():
        text = (READERS / f"{module}.py").read_text(encoding="utf-8")
        named = {node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)}
        lists = {"attention": set(keys), "kernels": set(keys)}.get(module, set())  # these go through a list of names
        assert set(keys) <= named | lists, module


def test_a_second_reader_would_be_found() -> None:
    text = "def check(plan):\n    a = plan.get('adapter') == 'lora'\n    b = plan.get('adapter') is None\n"
    assert list(reads(ast.parse(text))) == [(2, "adapter")]
    assert list(reads(ast.parse("mapping(subject.plan, 'fsdp_config')"))) == [(1, "fsdp_config")]
    assert list(reads(ast.parse("plan.values.get('bf16', 'auto')\nplan['trl']"))) == [(1, "bf16"), (2, "trl")]
    looped = "_KEYS = ('fp16', 'bf16')\nfound = [key for key in _KEYS if plan.get(key)]"
    assert set(reads(ast.parse(looped))) == {(2, "fp16"), (2, "bf16")}
