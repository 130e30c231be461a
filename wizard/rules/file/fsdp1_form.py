"""MW835."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.file._fsdp2 import is_old, old_keys, to_fsdp2, undecided, without_counterpart
from wizard.rules.registry import Rule, Subject, rule


@rule("MW835", "fsdp1-form", "warning", fix="unsafe", keys=("fsdp", "fsdp_config"), axolotl_until="0.19")
def fsdp1_form(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FSDP is written as version 1 was.

    What it checks
        The list `fsdp`, or an `fsdp_config` that is not of version 2 or has keys of version 1: `sharding_strategy`,
        `sync_module_states`, `use_orig_params`, `limit_all_gathers`, `backward_prefetch`, `forward_prefetch`.

    Why it matters
        Axolotl 0.20 has no FSDP1 any more (MW690). Axolotl 0.19 takes all of it, and warns of the version alone
        (MW621).

    Example
        Bad:
            fsdp:
              - full_shard
              - auto_wrap
            fsdp_config:
              fsdp_offload_params: true
              fsdp_sync_module_states: true
              fsdp_state_dict_type: FULL_STATE_DICT
              fsdp_sharding_strategy: SHARD_GRAD_OP

        Good:
            fsdp_version: 2
            fsdp_config:
              offload_params: true
              state_dict_type: FULL_STATE_DICT
              reshard_after_forward: false
              auto_wrap_policy: TRANSFORMER_BASED_WRAP

    Fix
        `fsdp_version: 2` and an `fsdp_config` with its names. Not safe: FSDP2 keeps no fp32 copy of the weights, so
        the numbers differ. None where it was NO_SHARD, which is no FSDP, beside DeepSpeed, and for Falcon models.

    Source
        axolotl 0.21.0 utils/schemas/validation.py:1442 (executed), docs/multi-gpu.qmd "Migrating from FSDP1 to FSDP2";
        axolotl 0.19.0 utils/schemas/validation.py:1147 (executed)
    """
    plan = subject.plan
    if not is_old(plan):
        return
    keys = old_keys(plan)
    message, fix = "FSDP is written as for version 1, which Axolotl 0.20 has no more", None
    gone, why = without_counterpart(plan), undecided(plan)
    message += gone
    if why:
        message += f"; a person has to decide: {why}"
    else:
        fix = to_fsdp2(plan)
    yield self.finding(message, *keys, plan=plan, fix=fix)
