"""Eager attention with a sink a head, as GPT-OSS has it: all of it in 16 bits, one more column of scores."""

from __future__ import annotations

from wizard.memory.tape.engine import Gradients, Tape, TapeTensor, needs_grad


def eager_sinks(
    tape: Tape, q: TapeTensor, k: TapeTensor, v: TapeTensor, heads: int, kv_heads: int, length: int
) -> TapeTensor:
    """The softmax is taken in 16 bits, and its result alone is kept: the dropped sink is a view of it.

    Source: transformers 5.16.1 and 5.20.1 modeling_gpt_oss.py, `eager_attention_forward`; the backward as autograd
    runs `sub`, `max` (whose gradient is filled with zeros first), `cat` and the two products.
    """
    saves = tape.grad and any(map(needs_grad, (q, k, v)))
    scores = float(heads * length)
    repeated = [tape.new(q.width, 2), tape.new(q.width, 2)] if kv_heads < heads else [k, v]
    product = tape.new(scores, 2)
    scaled = tape.new(scores, 2)
    del product
    masked = tape.new(scores, 2)
    del scaled
    combined = tape.new(scores + heads, 2)
    shifted = tape.new(scores + heads, 2)
    del combined
    probabilities = tape.new(scores + heads, 2)
    out = tape.new(q.width, 2)
    final = tape.like(out)
    del out, masked, shifted
    held = [q, *repeated] if saves else []
    softmax = [probabilities] if saves else []
    tape.pack(saves)
    widths = (q.width, k.width, v.width)

    def backward(g: TapeTensor) -> Gradients:
        of_scores = tape.new(scores, 2)
        of_all = tape.new(scores + heads, 2)
        del of_scores
        shift = tape.new(scores + heads, 2)
        softmax.clear()
        del of_all
        of_max = tape.new(scores + heads, 2)
        both = tape.new(scores + heads, 2)
        del shift, of_max
        scaling = tape.new(scores, 2)
        del both, scaling
        _ = held
        return [tape.new(width, 2) for width in widths]

    tape.link([final], [q, k, v], backward)
    del q, k, v, repeated, probabilities
    return final
