"""MW877."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.knowledge.axolotl.needs import Need, needs
from wizard.rules.registry import Rule, Subject, rule


@rule("MW877", "setting-of-what-is-off", "warning", keys=(key for need in needs() for key in need.keys))
def setting_of_what_is_off(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A setting of something that is not switched on.

    What it checks
        Keys that Axolotl reads only where another is on: `pose_max_context_len` without `use_pose`, `eaft_alpha`
        without `use_eaft`, `lisa_n_layers` without `lisa_step_interval`, `loss_watchdog_patience` without
        `loss_watchdog_threshold`, `sample_packing_bin_size` without `sample_packing`, `hub_strategy` without
        `hub_model_id`, `peft_use_dora` without `adapter`, `default_system_message` with another `chat_template` than
        `chatml`, `dataset_shard_num` without `dataset_shard_idx`, and others.

    Why it matters
        Axolotl takes the key and does nothing with it: what it is a setting of does not happen, and no line of the log
        says so.

    Example
        Bad:
            pose_max_context_len: 16384

        Bad:
            dataset_shard_num: 4

        Bad:
            default_system_message: You answer in verse.

        Good:
            use_pose: true
            pose_max_context_len: 16384

        Good:
            dataset_shard_num: 4
            dataset_shard_idx: 0

    Fix
        Switch on what is meant, or leave the key out. There is none to apply: which of the two is not known.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 core/builders/, loaders/, utils/ (read); 0.21.0 trained with each alone on a
        CPU (executed)
    """
    for need in needs():
        idle = need.idle(subject.plan)
        if idle:
            what = "it does" if len(idle) == 1 else "they do"
            message = f"{', '.join(idle)} without {_wanted(need)}: {what} nothing"
            yield self.finding(message, *idle, plan=subject.plan)


def _wanted(need: Need) -> str:
    return need.of[0] if need.value is None else f"{need.of[0]}: {need.value}"
