"""Mamba 1's layer: gate and stream of one projection, a convolution, time step, B and C of the stream, the scan."""

from __future__ import annotations

from wizard.memory.tape.builder import Builder
from wizard.memory.tape.convolution import causally_convolved
from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.linear import Linear
from wizard.memory.tape.norms import rms_norm
from wizard.memory.tape.ops import anew, cast_weight, chunks, product

CHUNK = 2048
"""Tokens after which the kernel keeps a state."""


class Selective:
    """transformers 5.20.1 modeling_jamba.py, whose time step, B and C have norms, with its kernels: causal-conv1d and
    state-spaces/mamba 2.3.2.post1, mamba_ssm/ops/selective_scan_interface.py, `SelectiveScanFn`.
    """

    def __init__(self, build: Builder) -> None:
        block, h = build.block, float(build.model.hidden)
        self.build = build
        self.inner, self.state, self.rank = float(block.mixer_width), float(block.key_width), float(block.rank)
        self.enter = build.linear(2 * self.inner, h, "mamba.in_proj")
        self.conv = Parameter(self.inner * block.kernel, build.item, trained=build.trained)
        self.sizes = build.linear(self.rank + 2 * self.state, self.inner, "mamba.x_proj")
        self.step = build.linear(self.inner, self.rank, "mamba.dt_proj")
        self.leave = build.linear(h, self.inner, "mamba.out_proj")

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """out_proj's output."""
        stream, gate = chunks(tape, self.enter(tape, x), (self.inner, self.inner))
        stream = causally_convolved(tape, stream, self.conv, ordered=False)
        step, b, c = chunks(tape, self.sizes(tape, stream), (self.rank, self.state, self.state))
        step = rms_norm(tape, step, self.build.norm_weight(self.rank))
        b = rms_norm(tape, b, self.build.norm_weight(self.state))
        c = rms_norm(tape, c, self.build.norm_weight(self.state))
        wide = self._steps(tape, step, self.step)
        del step
        out = self._scanned(tape, (stream, wide, b, c, gate))
        del stream, wide, b, c, gate
        return self.leave(tape, out)

    def _steps(self, tape: Tape, step: TapeTensor, linear: Linear) -> TapeTensor:
        """The weight times the time step; of a quantized one the layer's output without its bias, in order anew."""
        if self.build.settings.quantization != "none":
            return anew(tape, anew(tape, linear(tape, step)))
        return product(tape, step, cast_weight(tape, linear.weight, tape.half), self.inner)

    def _scanned(self, tape: Tape, inputs: tuple[TapeTensor, ...]) -> TapeTensor:
        """Saves its inputs, each put in order by the token, the states and what it gives before the gate."""
        saves = tape.grad and any(map(needs_grad, inputs))
        inner, state, half = self.inner, self.state, tape.half
        kept = [tape.new(one.width, half) for one in inputs]
        gated, before = tape.new(inner, half), tape.new(inner, half)
        kept += [before, tape.new(2 * inner * state / CHUNK, 4)]
        del before
        if not saves:
            kept.clear()
        tape.pack(saves)

        def backward(g: TapeTensor) -> Gradients:
            ordered = tape.new(inner, half)
            found = [tape.new(inner, half), tape.new(inner, half), tape.new(inner, half)]
            to_gate, to_x, to_step = found
            wide = tape.new(2 * state, 4)
            to_b, to_c = tape.new(state, half), tape.new(state, half)
            del ordered, wide, found
            kept.clear()
            return [to_x, to_step, to_b, to_c, to_gate]

        tape.link([gated], inputs, backward)
        return gated
