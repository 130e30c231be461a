"""Eager attention with a sink a head, as GPT-OSS has it: nothing of it in fp32, and one more column of scores."""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Tape, TapeTensor, needs_grad


def eager_sinks(
    tape: Tape, q: TapeTensor, k: TapeTensor, v: TapeTensor, heads: int, kv_heads: int, length: int
) -> TapeTensor:
    """The softmax is taken in that dtype, and its result alone is kept: the dropped sink is a view of it.

    Source: transformers 5.16.1 and 5.20.1 modeling_gpt_oss.py, `eager_attention_forward`; the backward as autograd
    runs `sub`, `max` (whose gradient is filled with zeros first), `cat` and the two products.
    """
    saves = tape.grad and any(map(needs_grad, (q, k, v)))
    scores, half = float(heads * length), tape.half
    repeated = [tape.new(q.width, half), tape.new(q.width, half)] if kv_heads < heads else [k, v]
    product = tape.new(scores, half)
    scaled = tape.new(scores, half)
    del product
    masked = tape.new(scores, half)
    del scaled
    combined = tape.new(scores + heads, half)
    shifted = tape.new(scores + heads, half)
    del combined
    probabilities = tape.new(scores + heads, half)
    out = tape.new(q.width, half)
    final = tape.like(out)
    del out, masked, shifted
    held = [q, *repeated] if saves else []
    softmax = [probabilities] if saves else []
    tape.pack(saves)
    widths = (q.width, k.width, v.width)

    def backward(g: TapeTensor) -> Gradients:
        of_scores = tape.new(scores, half)
        of_all = tape.new(scores + heads, half)
        del of_scores
        shift = tape.new(scores + heads, half)
        softmax.clear()
        del of_all
        of_max = tape.new(scores + heads, half)
        both = tape.new(scores + heads, half)
        del shift, of_max
        scaling = tape.new(scores, half)
        del both, scaling
        _ = held
        return [tape.new(width, half) for width in widths]

    tape.link([final], [q, k, v], backward)
    del q, k, v, repeated, probabilities
    return final
