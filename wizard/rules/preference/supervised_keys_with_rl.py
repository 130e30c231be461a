"""MW732."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation, preference, schedule
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_KEYS = (
    "neftune_noise_alpha", "noisy_embedding_alpha", "group_by_length", "curriculum_sampling", "dataloader_drop_last",
    "train_on_inputs", "use_pose", "dataset_shard_num", "dataset_shard_idx",
    "jagged_restart_steps", "relora", "lisa_n_layers", "lisa_step_interval", "loss_watchdog_threshold",
    "early_stopping_patience", "metric_for_best_model", "greater_is_better", "eval_table_size", "do_bench_eval",
    "do_causal_lm_eval", "generate_samples", "include_tkps", "min_sample_len", "ddp_bucket_cap_mb",
    "ddp_broadcast_buffers", "ddp_find_unused_parameters", "eval_sequence_len",
)  # fmt: skip
"""Handed on by the builder of supervised training alone, or read as its rows are."""
_QUADRATIC, _METRIC = "lr_quadratic_warmup", "metric_for_best_model"


@rule("MW732", "supervised-keys-with-rl", "warning", fix="safe", keys=(*_KEYS, _QUADRATIC))
def supervised_keys_with_rl(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of supervised training in a file that learns preferences.

    What it checks
        `rl` is set, and beside it something is switched on that only supervised training and reward models are given:
        noise on the embeddings (`neftune_noise_alpha`), an order of rows (`group_by_length`, `curriculum_sampling`),
        restarts, ReLoRA and LISA, `early_stopping_patience`, the loss's watchdog, `metric_for_best_model`, samples and
        tables at evaluation, `train_on_inputs`, `min_sample_len`, shards of the data set and the settings of DDP.
        One finding tells of all.

    Why it matters
        Axolotl takes them and hands none of them to TRL's trainers: the run goes on without, and no line of the log
        says so. A run that is to stop early does not.

    Example
        Bad:
            rl: dpo
            neftune_noise_alpha: 5
            group_by_length: true

        Bad:
            rl: dpo
            val_set_size: 0.05
            eval_steps: 50
            save_steps: 50
            early_stopping_patience: 3

        Good:
            rl: dpo
            group_by_length: false

    Fix
        Take them out. Safe: the training is the same.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 core/builders/causal.py; core/builders/{base,rl}.py, core/trainers/ and
        utils/data/rl.py name none of them (read); 0.21.0 trained with each under `rl: dpo` on a CPU (executed)
    """
    plan = subject.plan
    method = preference.rl(plan)
    unread = [key for key in _KEYS if plan.get(key)] + [_QUADRATIC] * schedule.quadratic(plan)
    if evaluation.save_strategy(plan) == "best" and _METRIC in unread:
        unread.remove(_METRIC)  # Axolotl refuses the file without it; what comes of it MW939 tells
    if not method or not unread:
        return
    what = "it" if len(unread) == 1 else "them"
    message = f"rl: {method:.20} reads no {', '.join(unread)}: Axolotl hands {what} to supervised training alone"
    fix = Fix(dict.fromkeys(unread, REMOVE), "safe", f"no {', '.join(unread)}")
    yield self.finding(message, *unread, "rl", plan=plan, fix=fix)
