"""MW889."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.values import flag
from wizard.rules.file._common import renamed
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("overrides_of_model_kwargs", "model_kwargs")
"""The key, and its name in older files."""
_TAKES = (
    "config", "cache_dir", "ignore_mismatched_sizes", "force_download", "local_files_only", "token", "revision",
    "use_safetensors", "weights_only", "fusion_config", "disable_mmap", "adapter_kwargs", "adapter_name",
    "allow_all_kernels", "attn_implementation", "device_map", "device_mesh", "distributed_config", "dtype",
    "experts_implementation", "generation_config", "gguf_file", "kernel_config", "key_mapping", "max_memory",
    "offload_buffers", "offload_folder", "output_loading_info", "proxies", "quantization_config", "state_dict",
    "subfolder", "torch_dtype", "tp_plan", "tp_size", "tqdm_class", "trust_remote_code", "use_kernels", "variant",
    "code_revision", "mirror", "low_cpu_mem_usage", "from_tf", "from_flax", "offload_state_dict",
)  # fmt: skip


@rule(
    "MW889",
    "unknown-model-argument",
    "error",
    fix="unsafe",
    keys=("model_kwargs", "overrides_of_model_kwargs"),
    crashes=("__init__() got an unexpected keyword argument",),
)
def unknown_model_argument(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`overrides_of_model_kwargs` has what transformers' loader does not take.

    What it checks
        The names in `overrides_of_model_kwargs` against what `from_pretrained` of transformers takes. With
        `trust_remote_code` the model's own code may take more: nothing is said.

    Why it matters
        Axolotl hands them on beside a config of its own, so what the loader does not know goes to the model's class:
        "TypeError: __init__() got an unexpected keyword argument". Names of the config, such as `use_cache`, are among
        them: those belong into `overrides_of_model_config`.

    Example
        Bad:
            overrides_of_model_kwargs:
              use_safetensor: true

        Good:
            overrides_of_model_kwargs:
              use_safetensors: true

    Fix
        The nearest name where one is near. Not safe: the setting begins to work.

    Source
        axolotl 0.19.0 and 0.21.0 loaders/model.py:274; transformers 5.16.1 and 5.20.1 modeling_utils.py,
        from_pretrained (executed on a CPU)
    """
    plan = subject.plan
    for key in _KEYS:
        written = plan.get(key)
        if not isinstance(written, dict) or flag(plan.get("trust_remote_code")):
            continue
        for name in map(str, written):
            if name in _TAKES:
                continue
            near, fix = closest(name, _TAKES, 0.8), None
            message = f"{key}.{name} is nothing that from_pretrained takes: the run dies when the model is loaded"
            if near is not None:
                fix = Fix({key: renamed(written, (name,), near)}, "unsafe", f"{near} in place of {name}")
                message += f"; did you mean {near}?"
            yield self.finding(message, f"{key}.{name}", plan=plan, fix=fix)
