"""Mamba 2's layer: one projection in, a short convolution, the scan over chunks, a gated norm, one projection out."""

from __future__ import annotations

from wizard.memory.tape.builder import Builder
from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.norms import rms_norm
from wizard.memory.tape.ops import activation, cast, chunks, multiply, scale
from wizard.memory.tape.plain_scan import plain_scan
from wizard.memory.tape.scan import Scan, Weights, chunk_scan, whole_scan


class MambaLayer:
    """transformers 5.20.1 modeling_granitemoehybrid.py, modeling_falcon_h1.py and modeling_nemotron_h.py.

    With mamba-ssm and causal-conv1d all behind in_proj is one function while training ("whole"); "scanned" is the
    convolution and the scan by a kernel each, and "plain" transformers' own code.
    """

    def __init__(self, build: Builder) -> None:
        block, h = build.block, float(build.model.hidden)
        self.build, self.hidden = build, h
        groups = float(block.key_heads or 1)
        self.scan = Scan(
            float(block.mixer_width), float(block.mixer_heads), groups, block.key_width / groups, float(block.chunk)
        )
        self.enter = build.linear(self.scan.entered, h, "mamba.in_proj", "mixer.in_proj")
        self.conv = Parameter(self.scan.mixed * block.kernel, build.item, trained=build.trained)
        self.leave = build.linear(h, self.scan.inner, "mamba.out_proj", "mixer.out_proj")

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """out_proj's output."""
        block, how = self.build.block, self.build.settings.mamba.code
        entered = self.enter(tape, x)
        if block.multiplied == "both":
            entered = scale(tape, entered)
        if how == "whole":
            return cast(tape, self._whole(tape, entered), tape.half)
        gate, mixed, step = chunks(tape, entered, (self.scan.inner, self.scan.mixed, self.scan.heads))
        group = self.scan.groups * self.scan.state
        mixed = self._convolved(tape, mixed) if how == "scanned" else self._plainly_convolved(tape, mixed)
        inner, b, c = chunks(tape, mixed, (self.scan.inner, group, group))
        if how == "scanned":
            out = chunk_scan(tape, self.scan, (inner, step, b, c))
        else:
            out = plain_scan(tape, self.scan, (inner, step, b, c), trained=self.build.trained)
        return self.leave(tape, cast(tape, self._gated(tape, out, gate), tape.half))

    def _whole(self, tape: Tape, entered: TapeTensor) -> TapeTensor:
        norm = self.build.norm_weight(self.scan.inner) if self.build.block.gated_norm else None
        copied = self.leave.eight or self.leave.weight.item != tape.half
        weights = Weights(self.conv, norm, self.leave.weight, copied, self.hidden)
        return whole_scan(tape, self.scan, entered, weights)

    def _gated(self, tape: Tape, out: TapeTensor, gate: TapeTensor) -> TapeTensor:
        """`norm(out, gate)` in fp32, or the product alone."""
        if not self.build.block.gated_norm:
            return multiply(tape, out, activation(tape, gate))
        before = out.item
        product = multiply(tape, cast(tape, out, 4), activation(tape, cast(tape, gate, 4)))
        normal = rms_norm(tape, product, self.build.norm_weight(self.scan.inner), self.scan.groups)
        del product
        return cast(tape, normal, before)

    def _convolved(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """causal-conv1d 1.6.1 with the activation in it: saves its input."""
        weight, width = self.conv, x.width
        keep = x if tape.grad and (needs_grad(x) or weight.trained) else None
        tape.pack(keep is not None)
        out = tape.new(width, tape.half)

        def backward(g: TapeTensor) -> Gradients:
            made = tape.new(width, tape.half)
            to_weight = tape.new(0.0, 4, weight.count)
            _ = keep
            return [made, to_weight if weight.trained else None]

        tape.link([out], [x, weight], backward)
        return out

    def _plainly_convolved(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """`F.conv1d`, which saves its input, then the activation over a part of its output."""
        weight, width = self.conv, x.width
        held = [x] if tape.grad and (needs_grad(x) or weight.trained) else []
        tape.pack(bool(held))
        out = tape.new(width, tape.half)

        def backward(g: TapeTensor) -> Gradients:
            whole = tape.new(width, tape.half)  # the slice's
            made = tape.new(width, tape.half)
            del whole
            held.clear()
            return [made, tape.new(0.0, weight.item, weight.count) if weight.trained else None]

        tape.link([out], [x, weight], backward)
        return activation(tape, out)
