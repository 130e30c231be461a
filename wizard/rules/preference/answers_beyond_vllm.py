"""MW775."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding
from wizard.domain.values import flag, integer, mapping
from wizard.rules.registry import Rule, Subject, rule


@rule("MW775", "answers-beyond-vllm", "warning", keys=("vllm",))
def answers_beyond_vllm(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Answers that are to be as long as all that vLLM has room for, or longer.

    What it checks
        `trl.use_vllm`, and a written `trl.max_completion_length` that is not below `vllm.max_model_len`.

    Why it matters
        `max_model_len` is of the prompt and the answer together. vLLM takes a longer wish and ends each answer where
        its room ends, which to GRPO looks as if the model had not come to an end: with `mask_truncated_completions`
        such answers teach nothing. A prompt that fills the room alone stops the run.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            vllm:
              max_model_len: 512
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              use_vllm: true
              vllm_mode: colocate
              max_completion_length: 512

        Good:
            rl: grpo
            micro_batch_size: 4
            vllm:
              max_model_len: 1536
            trl:
              reward_funcs: [rewards.length]
              num_generations: 4
              use_vllm: true
              vllm_mode: colocate
              max_completion_length: 512

    Fix
        `vllm.max_model_len`: the longest prompt and `trl.max_completion_length` together. There is none to apply: the
        data decides it.

    Source
        axolotl 0.21.0 core/trainers/grpo/__init__.py:69-89, cli/vllm_serve.py:104 (read); vllm's option max_model_len,
        "model context length (prompt and output)"
    """
    plan, block = subject.plan, batch.trl(subject.plan)
    if preference.rl(plan) not in ("grpo", "gdpo") or not flag(block.get("use_vllm")):
        return
    room, answer = (
        integer(mapping(plan, "vllm").get("max_model_len"), 0),
        integer(block.get("max_completion_length"), 0),
    )
    if 0 < room <= answer:
        message = f"trl.max_completion_length {answer} is not below vllm.max_model_len {room}, which prompts share"
        yield self.finding(f"{message}: answers are cut", "vllm", "trl", plan=plan)
