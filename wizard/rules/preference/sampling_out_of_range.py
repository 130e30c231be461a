"""MW785."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.rules.registry import Rule, Subject, rule

_TINY = 1e-300
_BOUNDS = {
    "max_completion_length": (1, inf, "1 or more"),
    "temperature": (_TINY, inf, "above 0"),
    "repetition_penalty": (_TINY, inf, "above 0"),
    "top_k": (0, inf, "0 or more"),
    "top_p": (0, inf, "0 or more"),
    "min_p": (0, 1, "from 0 to 1"),
}
"""Of each setting the least and the most, and how that is said."""
_OF_VLLM = {
    "max_completion_length": _BOUNDS["max_completion_length"],
    "temperature": (_TINY, 2, "above 0, and at most 2"),
    "repetition_penalty": (_TINY, inf, "above 0"),
    "top_p": (_TINY, 1, "above 0, and at most 1"),
    "top_k": (-1, inf, "0 or more, or -1"),
    "min_p": (0, 1, "from 0 to 1"),
}
"""The same where vLLM gives the answers."""
_PRODUCED = {"num_iterations": "mini_epochs", "prefetch_depth": "prefetch_depth"}
"""What the asynchronous trainer wants to be 1 or more, and what it calls it."""


@rule(
    "MW785",
    "sampling-out-of-range",
    "error",
    keys=("trl",),
    crashes=(
        "has to be a strictly positive",
        "has to be a float in the [0, 1] interval",
        "has to be a float > 0 and < 1",
        "must be greater than 0, but is",
        "must be >= 1, got",
        "must be in (0, 1], got",
        "must be in [0, 2], got",
    ),
)
def sampling_out_of_range(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of sampling that no answer can be generated with.

    What it checks
        With `rl: grpo` or `gdpo`: `trl.max_completion_length` below 1, `trl.temperature` or `trl.repetition_penalty`
        not above 0, `trl.min_p` outside 0 to 1; where transformers generates `trl.top_k` or `trl.top_p` below 0, where
        vLLM does `trl.top_p` of 0 or above 1, a `trl.temperature` above 2 and a `trl.top_k` below -1. On the
        asynchronous trainer (`trl.async_prefetch` or `trl.use_data_producer`) `trl.num_iterations` or
        `trl.prefetch_depth` below 1.

    Why it matters
        Axolotl takes any number. The run dies when the first answers are generated, after data and model are loaded.
        vLLM takes a temperature of 0, but then all answers to a prompt are alike, and TRL divides by it.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              temperature: 0

        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              max_completion_length: 0

        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              use_data_producer: true
              num_iterations: 0

        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              use_vllm: true
              vllm_mode: server
              top_p: 0

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              temperature: 0.9

    Fix
        A number in the range that the message names. There is none to apply.

    Source
        transformers 5.16.1 and 5.20.1 generation/logits_process.py, configuration_utils.py:670; axolotl 0.19.0 and
        0.21.0 (executed on a CPU); 0.21.0 core/trainers/grpo/async_trainer.py:233-245 (num_iterations executed);
        vllm sampling_params.py, _verify_args (read)
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    if preference.rl(plan) not in ("grpo", "gdpo"):
        return
    if flag(block.get("async_prefetch")) or flag(block.get("use_data_producer")):
        for name, called in _PRODUCED.items():
            value = block.get(name)
            if isinstance(value, int) and value < 1:
                message = f"trl.{name} is {value}, and the asynchronous trainer stops: {called} must be 1 or more"
                yield self.finding(message, f"trl.{name}", plan=plan)
    bounds = _OF_VLLM if flag(block.get("use_vllm")) else _BOUNDS
    for name, (least, most, words) in bounds.items():
        value = block.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and not least <= value <= most:
            message = f"trl.{name} is {value}, and must be {words}: the run dies when the first answers are generated"
            yield self.finding(message, f"trl.{name}", plan=plan)
