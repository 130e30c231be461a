"""MW798."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import distillation
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW798",
    "distillation-impossible",
    "error",
    keys=("plugins",),
    crashes=(
        "KD batch missing required keys",
        "Loss weights must be between 0.0 and 1.0.",
        "Temperature must be positive.",
        "'<=' not supported between instances of",
        "'NoneType' object is not iterable",
        "kd_online_topk must be a positive integer",
    ),
)
def distillation_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The plugin for distillation cannot train with what the file gives it.

    What it checks
        With `axolotl.integrations.kd.KDPlugin`: `kd_trainer` is set; then `kd_ce_alpha` and `kd_alpha` are written and
        from 0 to 1, `kd_temperature` is written and above 0; there is no `rl`; and the data brings what the teacher
        said: rows of type `axolotl.integrations.kd.chat_template`, or `kd_online_server_base_url` with
        `kd_online_topk`.

    Why it matters
        Axolotl takes all of it. The run dies when the trainer is made, or at its first step: "KD batch missing required
        keys: ['target_token_ids', 'target_logprobs', 'target_mask']".

    Example
        Bad:
            plugins: [axolotl.integrations.kd.KDPlugin]
            kd_trainer: true
            kd_ce_alpha: 0.1
            kd_alpha: 0.9
            kd_temperature: 1.0
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca

        Bad:
            plugins: [axolotl.integrations.kd.KDPlugin]
            kd_trainer: true
            kd_alpha: 0.9
            datasets:
              - path: data.jsonl
                type: axolotl.integrations.kd.chat_template

        Bad:
            plugins: [axolotl.integrations.kd.KDPlugin]

        Good:
            plugins: [axolotl.integrations.kd.KDPlugin]
            kd_trainer: true
            kd_ce_alpha: 0.1
            kd_alpha: 0.9
            kd_temperature: 1.0
            datasets:
              - path: data.jsonl
                type: axolotl.integrations.kd.chat_template

    Fix
        What the message names. There is none to apply: the teacher is the person's choice.

    Source
        axolotl 0.19.0 and 0.21.0 integrations/kd/ (trained with on a CPU)
    """
    for key, said in distillation.stops(subject.plan):
        yield self.finding(f"{key}: {said}: the run dies before its first step is made", key, plan=subject.plan)
