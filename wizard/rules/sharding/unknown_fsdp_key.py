"""MW632."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp
from wizard.axolotl.fsdp import bare, early_version, fsdp_config
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import nearest
from wizard.domain.values import integer
from wizard.knowledge.axolotl.shapes import written
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = (
    "fsdp_version",
    "version",
    "activation_checkpointing",
    "offload_params",
    "sync_module_states",
    "cpu_ram_efficient_loading",
    "cpu_offload_pin_memory",
    "use_orig_params",
    "state_dict_type",
    "final_state_dict_type",
    "auto_wrap_policy",
    "transformer_layer_cls_to_wrap",
    "min_num_params",
    "reshard_after_forward",
    "mixed_precision_policy",
)
"""The fields of `FSDPConfig`, axolotl 0.19.0 utils/schemas/fsdp.py."""
_DEFAULTS = {
    "sharding_strategy": ("FULL_SHARD", 1),
    "backward_prefetch": ("BACKWARD_PRE",),
    "forward_prefetch": (False,),
    "limit_all_gathers": (True,),
}
"""Keys of accelerate with what happens without them: nothing is lost where one is dropped."""


@rule("MW632", "unknown-fsdp-key", "warning", fix="safe", keys=("fsdp_config",))
def unknown_fsdp_key(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key of `fsdp_config` that Axolotl does not have.

    What it checks
        Each key inside `fsdp_config`, without the old prefix, against the fields of Axolotl 0.19.

    Why it matters
        Axolotl drops it without a word. Many are keys of accelerate's own files: `sharding_strategy`,
        `backward_prefetch`, `limit_all_gathers`. What SHARD_GRAD_OP meant is `reshard_after_forward: false` now.
        It is a hint where the value is what happens anyway.

    Example
        Bad:
            fsdp_version: 2
            fsdp_config:
              offload_params: true
              sharding_strategy: SHARD_GRAD_OP

        Good:
            fsdp_version: 2
            fsdp_config:
              offload_params: true
              reshard_after_forward: false

    Fix
        The unknown keys go. Safe: they have no effect.

    Source
        axolotl 0.19.0 utils/schemas/fsdp.py:10 (read); the validator accepts them (executed)
    """
    plan = subject.plan
    block = fsdp.fsdp_config_as_written(plan)
    unknown = [str(key) for key in block if bare(str(key)) not in _KNOWN]
    if not unknown:
        return
    kept = {key: value for key, value in block.items() if str(key) not in unknown}
    if not kept:  # an empty block would turn FSDP off
        kept = {"fsdp_version": integer(early_version(plan), 1)}
    fix = Fix({"fsdp_config": kept}, "safe", f"fsdp_config without {', '.join(unknown)}")
    lost = [key for key in unknown if fsdp_config(plan)[bare(key)] not in _DEFAULTS.get(bare(key), ())]
    near = nearest(bare(lost[0]), _KNOWN) if lost else None
    words = "which changes nothing" if not lost else f"did you mean {near}?" if near else "with what it asked for"
    message = f"fsdp_config: Axolotl has no {', '.join(lost or unknown)} and drops it without a word, {words}"
    fields = [written("fsdp_config", (key,)) for key in lost or unknown]
    yield self.finding(message, *fields, plan=plan, severity=None if lost else "hint", fix=fix)
