"""Multi-head latent attention: keys and values out of a narrow latent, queries perhaps out of another."""

from __future__ import annotations

from wizard.memory.tape.attention import contiguous, rotary
from wizard.memory.tape.builder import Builder
from wizard.memory.tape.engine import Tape, TapeTensor
from wizard.memory.tape.linear import kernel_inputs
from wizard.memory.tape.ops import chunks
from wizard.memory.tape.padding import filled, join
from wizard.memory.tape.scoring import scores


class Latent:
    """DeepSeek's (transformers 5.20 modeling_deepseek_v2.py, modeling_deepseek_v3.py, modeling_glm4_moe_lite.py)."""

    def __init__(self, build: Builder) -> None:
        block, h = build.block, float(build.model.hidden)
        q, rank, narrow = float(block.q_width), float(block.kv_rank), float(block.q_rank)
        self.build = build
        self.plain = float(block.heads * (block.head_dim - block.rope_dim))
        self.values = float(block.heads * block.value_dim)
        self.q_down = build.linear(narrow, h, "self_attn.q_a_proj") if narrow else None
        self.q = build.linear(q, narrow or h, "self_attn.q_b_proj" if narrow else "self_attn.q_proj")
        self.down = build.linear(rank + block.rope_dim, h, "self_attn.kv_a_proj_with_mqa")
        self.up = build.linear(self.plain + self.values, rank, "self_attn.kv_b_proj")
        self.o = build.linear(h, self.values, "self_attn.o_proj")
        lora = build.settings.lora
        self.kernel_o = bool(lora and lora.o_kernel and self.o.adapter and {"q_proj", "o_proj"} <= build.names)

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """The output projection's output."""
        q, k, v, *named = self._inputs(tape, x)
        out = scores(tape, self.build, q, k, v)
        _ = q, k, v, named  # names of the module's forward, which end with it
        return kernel_inputs(tape, (self.o,), out)[0] if self.kernel_o else self.o(tape, out)

    def _inputs(self, tape: Tape, x: TapeTensor) -> tuple[TapeTensor, ...]:
        """Queries, keys, values, and what else has a name until the forward ends."""
        block, wide = self.build.block, self.build.settings.embeddings_fp32
        heads, rope = block.heads, float(block.rope_dim)
        both = contiguous(tape, self._queries(tape, x))
        q, turned = chunks(tape, both, (self.plain, heads * rope))
        narrow = self.down(tape, x)
        low, shared = chunks(tape, narrow, (float(block.kv_rank), rope))
        low = self.build.norm(tape, low, block.kv_rank)
        turned, shared = rotary(tape, turned, wide=wide), rotary(tape, shared, wide=wide)
        query = join(tape, (q, turned))
        pairs = contiguous(tape, self.up(tape, low))
        k, v = chunks(tape, pairs, (self.plain, self.values))
        del pairs
        return query, filled(tape, k, shared, heads), v, both, narrow, turned, low

    def _queries(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        if self.q_down is None:
            return self.q(tape, x)
        return self.q(tape, self.build.norm(tape, self.q_down(tape, x), self.build.block.q_rank))
