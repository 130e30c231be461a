"""MW490."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, packing
from wizard.domain.finding import Finding
from wizard.domain.values import flag, integer, mapping
from wizard.rules.registry import Rule, Subject, rule

_AGAINST = (
    "sample_packing_sequentially",
    "curriculum_sampling",
    "rl",
    "reward_model",
    "process_reward_model",
)


@rule(
    "MW490",
    "balanced-labels-need",
    "error",
    keys=("balance_labels", "label_balance_window_optim_steps"),
    quotes=(
        "balance_labels requires causal LM",
        "label_balance_window_optim_steps requires balance_labels",
        "label_balance_window_optim_steps > 1 requires non-streaming",
        "balance_labels requires split_batches=False",
    ),
    axolotl_since="0.21",
)
def balanced_labels_need(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Balanced labels where they can not be balanced.

    What it checks
        `balance_labels` beside sequential or curriculum packing, preference training, a reward model, diffusion, or,
        without packing, streaming or `group_by_length`; `label_balance_window_optim_steps` above 1 without it or with
        streaming; `accelerator_config.split_batches` on.

    Why it matters
        Axolotl refuses the file: rows must be free to change places, and their labels known before.

    Example
        Bad:
            label_balance_window_optim_steps: 4

        Bad:
            balance_labels: true
            accelerator_config: {split_batches: true}

        Good:
            balance_labels: true
            label_balance_window_optim_steps: 4

    Fix
        Take out one of the two. No single change is right.

    Source
        axolotl 0.21.0 utils/schemas/config.py:1750 (executed)
    """
    plan = subject.plan
    on, window = flag(plan.get("balance_labels")), integer(plan.get("label_balance_window_optim_steps"), 1)
    streams = packing.streaming(plan) or bool(packing.pretraining_dataset(plan))
    against = early.which(plan, _AGAINST)
    if plan.get("diffusion_lm") is not None:  # by then an object, which counts as true though it says nothing
        against.append("diffusion_lm")
    if not packing.sample_packing(plan):
        against += ["streaming"] if streams else []
        against += ["group_by_length"] if flag(plan.get("group_by_length")) else []
    if on and against:
        message = f"balance_labels beside {' and '.join(against)}: Axolotl refuses the file"
        yield self.finding(message, "balance_labels", *against, plan=plan)
    elif window > 1 and not on:
        message = f"label_balance_window_optim_steps {window} without balance_labels: Axolotl refuses the file"
        yield self.finding(message, "label_balance_window_optim_steps", plan=plan)
    elif window > 1 and streams:
        message = f"label_balance_window_optim_steps {window} with streaming: Axolotl refuses the file"
        yield self.finding(message, "label_balance_window_optim_steps", "streaming", plan=plan)
    elif on and mapping(plan, "accelerator_config").get("split_batches"):
        message = "balance_labels with accelerator_config.split_batches: Axolotl refuses the file"
        yield self.finding(message, "balance_labels", "accelerator_config", plan=plan)
