"""MW513."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch
from wizard.axolotl.checkpointing import strided_ebft
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_MOST = 20_000


@rule("MW513", "ebft-strided-too-long", "warning", keys=("ebft",), quotes="EBFT strided: full_seq_len=")
def ebft_strided_too_long(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Sequences of EBFT's strided mode that are long for one GPU.

    What it checks
        The tokens of one step: the sequence with what is generated at every stride, times
        `ebft.n_samples_per_prompt`. More than 20,000 are said to be many.

    Why it matters
        Axolotl warns of it: a model of 1B may need more than 24 GB.

    Example
        Bad:
            rl: ebft
            ebft: {mode: strided, n_samples_per_prompt: 4, stride: 8, generate_max_len: 8, context_length: 8}
            sequence_len: 4096

        Good:
            rl: ebft
            ebft: {mode: strided, n_samples_per_prompt: 4, stride: 8, generate_max_len: 8, context_length: 8}
            sequence_len: 1024

    Fix
        A smaller `sequence_len` or `ebft.n_samples_per_prompt`, or a larger `ebft.stride`.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:2021 (executed)
    """
    plan = subject.plan
    if not strided_ebft(plan):
        return
    tokens = _tokens(plan)
    if tokens is not None and tokens > _MOST:
        message = f"{tokens} tokens a step in EBFT's strided mode: Axolotl warns above {_MOST}, for the GPU's memory"
        yield self.finding(message, "sequence_len", "ebft", plan=plan)


def _tokens(plan: Plan) -> int | None:
    block = mapping(plan, "ebft")
    length = batch.sequence_len(plan)
    samples, made = block.get("n_samples_per_prompt", 4), block.get("generate_max_len", 8)
    stride, context = block.get("stride", 8), block.get("context_length", 8)
    if not isinstance(samples, int) or not isinstance(made, int):
        return None
    if not isinstance(stride, int) or not isinstance(context, int) or stride == 0:
        return None
    blocks = (length - made - context) // stride + 1
    return (length + blocks * made) * samples
