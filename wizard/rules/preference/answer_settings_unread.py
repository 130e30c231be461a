"""MW735."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_NEVER = ("generation_kwargs", "chat_template_kwargs")
_SYNC = ("ref_model_mixup_alpha", "ref_model_sync_steps")
_VLLM = (
    "vllm_mode", "vllm_server_host", "vllm_server_port", "vllm_server_timeout", "vllm_guided_decoding_regex",
    "vllm_enable_sleep_mode",
)  # fmt: skip
_ASYNC = (
    "prefetch_depth", "vllm_sync_interval", "streaming_partial_batch", "streaming_min_groups", "reward_num_workers",
    "replay_buffer_size", "replay_recompute_logps", "reroll_start_fraction", "reroll_max_groups",
    "skip_zero_advantage_batches", "vllm_lora_sync",
)  # fmt: skip
"""Settings of Axolotl's own asynchronous trainer, which TRL's does not know."""
_NEEDS: Mapping[tuple[str, ...], tuple[tuple[str, ...], str]] = {
    _VLLM: (("use_vllm",), "use_vllm"),
    _SYNC: (("sync_ref_model",), "sync_ref_model"),
    _ASYNC: (("async_prefetch", "use_data_producer"), "async_prefetch or use_data_producer"),
}


@rule("MW735", "answer-settings-unread", "warning", keys=("trl", "vllm"))
def answer_settings_unread(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings under `trl` that the trainer is never given.

    What it checks
        With `rl: grpo` or `gdpo`: `generation_kwargs` and `chat_template_kwargs`, which Axolotl hands to nobody;
        `vllm_` settings, and a block `vllm`, without `use_vllm`; `ref_model_` settings without `sync_ref_model`; and
        those of the asynchronous trainer (`prefetch_depth`, `replay_buffer_size`, `skip_zero_advantage_batches` and
        others) without `async_prefetch` or `use_data_producer`.

    Why it matters
        The schema takes each. The answers are written, and learned from, as if it were not there.

    Example
        Bad:
            rl: grpo
            trl:
              num_generations: 4
              generation_kwargs:
                length_penalty: 2.0

        Bad:
            rl: grpo
            trl:
              num_generations: 4
              replay_buffer_size: 100

        Good:
            rl: grpo
            trl:
              num_generations: 4
              temperature: 0.9

    Fix
        Switch on what they are of, or leave them out. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 core/trainers/grpo/__init__.py (set_training_args_kwargs), core/builders/rl.py
        (read); 0.21.0 trained on a CPU (executed)
    """
    plan = subject.plan
    if preference.rl(plan) not in preference.LEARNS:
        return
    inner = batch.trl(plan)
    never = [key for key in _NEVER if inner.get(key)]
    if never:
        message = f"trl: Axolotl hands {' and '.join(never)} to nobody: answers are written without"
        yield self.finding(message, *(f"trl.{key}" for key in never), plan=plan)
    for keys, (of, said) in _NEEDS.items():
        idle = [key for key in keys if inner.get(key)]
        if idle and not any(inner.get(key) for key in of):
            message = (
                f"trl: {', '.join(idle)} without {said}: nothing is done with {'it' if len(idle) == 1 else 'them'}"
            )
            yield self.finding(message, *(f"trl.{key}" for key in idle), plan=plan)
    if plan.get("vllm") and not inner.get("use_vllm"):
        message = "vllm without trl.use_vllm: transformers writes the answers, and no setting of the block counts"
        yield self.finding(message, "vllm", plan=plan)
