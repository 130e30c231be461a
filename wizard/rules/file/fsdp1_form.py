"""MW835."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import deepspeed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.file._fsdp2 import GONE, as_fsdp2, is_old, strategy
from wizard.rules.registry import Rule, Subject, rule


@rule("MW835", "fsdp1-form", "warning", fix="unsafe", keys=("fsdp", "fsdp_config"))
def fsdp1_form(self: Rule, subject: Subject) -> Iterator[Finding]:
    """FSDP is written as version 1 was.

    What it checks
        The list `fsdp`, or an `fsdp_config` that is not of version 2 or has keys of version 1: `sharding_strategy`,
        `sync_module_states`, `use_orig_params`, `limit_all_gathers`, `backward_prefetch`, `forward_prefetch`.

    Why it matters
        Axolotl 0.20 has no FSDP1 any more: it refuses the list, any other version and `sharding_strategy`, and
        drops the rest. Axolotl 0.19 takes all of it, and warns of the version alone (MW621).

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
    keys = [key for key in ("fsdp", "fsdp_config", "fsdp_final_state_dict_type") if key in subject.written]
    made = as_fsdp2(plan)
    message = "FSDP is written as for version 1, which Axolotl 0.20 has no more"
    if made.gone:
        message += f"; without a counterpart: {', '.join(f'{key} ({GONE[key]})' for key in made.gone)}"
    why = _undecided(subject)
    if why:
        yield self.finding(f"{message}; a person has to decide: {why}", *keys, plan=plan)
        return
    changes: dict[str, object] = {key: REMOVE for key in keys if key != "fsdp_config"}
    changes |= {"fsdp_version": 2, "fsdp_config": made.block}
    fix = Fix(changes, "unsafe", "fsdp_version: 2 with its names in fsdp_config", decide=made.decide)
    yield self.finding(message, *keys, plan=plan, fix=fix)


def _undecided(subject: Subject) -> str:
    """Why FSDP2 can't be what was meant."""
    plan = subject.plan
    if strategy(plan) in ("no_shard", "3"):
        return "NO_SHARD divides nothing; without fsdp_config each GPU holds the whole model (DDP)"
    if deepspeed.deepspeed(plan):
        return "deepspeed and FSDP are both asked for, and only one can be"
    if "falcon" in str(plan.get("base_model", "")).lower():
        return "Axolotl takes no FSDP for Falcon models; deepspeed is the other way to divide one"
    return ""
