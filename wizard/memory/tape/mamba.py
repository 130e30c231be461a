"""Mamba 2's layer: one projection in, a short convolution, the scan over chunks, a gated norm, one projection out."""

from __future__ import annotations

from wizard.memory.tape.builder import Builder
from wizard.memory.tape.convolution import causally_convolved, convolved
from wizard.memory.tape.engine import Parameter, Tape, TapeTensor
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
        if how == "scanned":
            mixed = causally_convolved(tape, mixed, self.conv)
        else:
            mixed = activation(tape, convolved(tape, mixed, self.conv))
        inner, b, c = chunks(tape, mixed, (self.scan.inner, group, group))
        if how == "scanned":
            out = chunk_scan(tape, self.scan, (inner, step, b, c))
        else:
            out = plain_scan(tape, self.scan, (inner, step, b, c))
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
