"""MW956."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import plugins
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW956",
    "plugin-of-another-package",
    "warning",
    keys=("plugins",),
    crashes=(
        "No module named 'llmcompressor'",
        "No such file or directory: 'lm_eval'",
        "DenseMixer is not installed",
        "SwanLab is not installed",
    ),
)
def plugin_of_another_package(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A plugin that works through a package that Axolotl does not bring.

    What it checks
        `plugins` lists the one for LLM Compressor; for lm-eval, unless `lm_eval_post_train` is false; for DenseMixer
        with `dense_mixer: true`; for SwanLab, unless `use_swanlab` is false.

    Why it matters
        `pip install axolotl` has none of these packages. Where it is missing the run dies: LLM Compressor's before the
        file is validated, DenseMixer's and SwanLab's before the model is loaded, lm-eval's after the training.

    Example
        Bad:
            plugins: [axolotl.integrations.lm_eval.LMEvalPlugin]
            lm_eval_tasks: [gsm8k]

        Bad:
            base_model: Qwen/Qwen3-30B-A3B
            plugins: [axolotl.integrations.densemixer.DenseMixerPlugin]
            dense_mixer: true

        Good:
            plugins: [axolotl.integrations.lm_eval.LMEvalPlugin]
            lm_eval_tasks: [gsm8k]
            lm_eval_post_train: false

    Fix
        Install it first. There is none to apply: what is installed where it trains is not known here.

    Source
        axolotl 0.19.0 and 0.21.0 integrations/llm_compressor, lm_eval, densemixer, swanlab (executed, SwanLab's read)
    """
    plan = subject.plan
    for one in plugins.packages(plan):
        name = one.plugin.rpartition(".")[2]
        message = f"plugins: {name} needs {one.package}, which Axolotl does not bring, or the run dies {one.dies}"
        yield self.finding(f"{message}: {one.command}", "plugins", plan=plan)
