"""Mamba 2's scan over chunks by mamba-ssm's kernels: alone, or in one function with all of the layer behind in_proj.

Source: state-spaces/mamba 2.3.2.post1, mamba_ssm/ops/triton: ssd_combined.py (`MambaChunkScanCombinedFn`,
`MambaSplitConv1dScanCombinedFn`), ssd_chunk_state.py, ssd_state_passing.py, ssd_bmm.py, ssd_chunk_scan.py,
layernorm_gated.py. Hugging Face's kernels-community/mamba-ssm has the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad

PROCESSORS = 132
"""Of an H100. Sums over heads are made in as many parts as keep the GPU busy, so they take no less for few tokens."""
BLOCK = 32
"""Rows of a chunk for which the gradient of the decays is summed at once, at the least."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Elements: the inner stream, heads, groups of B and C, the state of a head's channel; tokens of a chunk."""

    inner: float
    heads: float
    groups: float
    state: float
    chunk: float

    @property
    def mixed(self) -> float:
        """The inner stream, B and C, which the convolution takes."""
        return self.inner + 2 * self.groups * self.state

    @property
    def entered(self) -> float:
        """With the gate and a time step a head: what in_proj makes."""
        return self.inner + self.mixed + self.heads

    @property
    def states(self) -> float:
        """One state a chunk, head and channel, by the token."""
        return self.inner * self.state / self.chunk


def _sum_in_parts(tape: Tape, width: float, each: float, *, parts: bool) -> TapeTensor:
    """fp32 of `width` elements a token, made in parts that take `each` for every token of a chunk and processor."""
    whole = tape.new(width, 4, PROCESSORS * each if parts else 0.0)
    found = tape.new(width, 4)
    del whole
    return found


def _forward(tape: Tape, scan: Scan, *, gated: bool) -> tuple[TapeTensor, TapeTensor, list[TapeTensor]]:
    """`_mamba_chunk_scan_combined_fwd`: its output, that before the gate, and what the caller holds while it runs."""
    summed, step = tape.new(scan.heads, 4), tape.new(scan.heads, 4)
    states = tape.new(scan.states, 4)
    passed = tape.new(scan.states, tape.half)
    del states
    products = tape.new(scan.groups * scan.chunk, 4)
    out = tape.new(scan.inner, tape.half)
    before = tape.new(scan.inner, tape.half) if gated else out
    del products
    return out, before, [summed, step, passed]


def _backward(tape: Tape, scan: Scan, *, gated: bool, given: bool) -> tuple[list[TapeTensor], TapeTensor | None]:
    """`_mamba_chunk_scan_combined_bwd`: the gradients of x, dt, B and C, and the gated output.

    `given`: those gradients are parts of something that is there.
    """
    group, heads, half = scan.groups * scan.state, scan.heads, tape.half
    found = [] if given else [tape.new(group, half), tape.new(group, half), tape.new(heads, half)]
    locals_ = [tape.new(heads, half), tape.new(heads, 4), tape.new(heads, 4), tape.new(scan.groups * scan.chunk, 4)]
    made = tape.new(scan.states, 4)
    states = tape.new(scan.states, 4)
    del made
    output = None
    if gated:
        output = tape.new(scan.inner, half)
        locals_.append(tape.new(scan.inner, half))
    back = tape.new(scan.states, 4)
    locals_ += [tape.new(scan.states, half), tape.new(scan.states, half)]
    del states, back
    found += [] if given else [tape.new(scan.inner, half)]
    locals_ += [tape.new(heads, 4), tape.new(heads, 4)]
    parts = heads > scan.groups
    locals_.append(_sum_in_parts(tape, group, scan.chunk * scan.state, parts=parts))
    locals_.append(tape.new(heads, 4))
    locals_.append(_sum_in_parts(tape, group, scan.chunk * scan.state, parts=parts))
    locals_.append(_sum_in_parts(tape, scan.groups * scan.chunk, scan.chunk**2, parts=parts))
    locals_.append(tape.new(heads, 4))
    blocks = tape.new(heads * scan.chunk / BLOCK, 4)
    locals_.append(tape.new(heads, 4))
    del blocks
    locals_.clear()
    return found, output


def chunk_scan(tape: Tape, scan: Scan, inputs: tuple[TapeTensor, ...]) -> TapeTensor:
    """The scan alone, of x, dt, B and C: saves them, its output and the summed decay."""
    saves = tape.grad and any(map(needs_grad, inputs))
    out, _, held = _forward(tape, scan, gated=False)
    kept: list[TapeTensor] = []
    if saves:
        shown = out.alias()
        shown.node = None
        kept += [shown, *inputs, held[0]]
    tape.pack(saves)
    held.clear()

    def backward(g: TapeTensor) -> Gradients:
        found, _ = _backward(tape, scan, gated=False, given=False)
        to_b, to_c, to_dt, to_x = found
        kept.clear()
        return [to_x, to_dt, to_b, to_c]

    tape.link([out], inputs, backward)
    return out


@dataclass(frozen=True, slots=True)
class Weights:
    """What the one function takes beside its input: the convolution's, the gated norm's (None without one), out_proj's.

    `copied`: out_proj's is copied into the compute dtype, and the copy kept.
    """

    conv: Parameter
    norm: Parameter | None
    out: Parameter
    copied: bool
    hidden: float


def whole_scan(tape: Tape, scan: Scan, entered: TapeTensor, weights: Weights) -> TapeTensor:
    """Convolution, scan, gated norm and out_proj in one: saves its input and what the scan gave, makes the rest anew.

    Its backward makes every weight's gradient, trained or not.
    """
    half, normed = tape.half, weights.norm is not None
    trained = [one for one in (weights.conv, weights.norm, weights.out) if one is not None]
    saves = tape.grad and (needs_grad(entered) or any(one.trained for one in trained))
    mixed = tape.new(scan.mixed, half)
    out, before, held = _forward(tape, scan, gated=not normed)
    normal, scales = (tape.new(scan.inner, half), tape.new(scan.groups, 4)) if normed else (out, None)
    copy = tape.new(0.0, half, weights.out.count) if weights.copied else None
    result = tape.new(weights.hidden, half)
    kept = [one for one in (entered, before, scales, copy) if one is not None and saves]
    tape.pack(saves)
    held.clear()
    del mixed, out, before, normal, scales, copy

    def backward(g: TapeTensor) -> Gradients:
        again, mixed = tape.new(scan.inner, half), tape.new(scan.mixed, half)
        to_entered, to_mixed = tape.new(scan.entered, half), tape.new(scan.mixed, half)
        to_out = tape.new(scan.inner, half)
        to_norm = _norm_backward(tape, scan, weights.norm) if weights.norm is not None else None
        to_scan = tape.new(scan.inner, half) if normed else None
        _, output = _backward(tape, scan, gated=not normed, given=True)
        to_weight = tape.new(0.0, half, weights.out.count)
        to_conv = tape.new(0.0, 4, weights.conv.count)
        found = (to_conv, to_norm, to_weight) if normed else (to_conv, to_weight)
        wanted = [one if weight.trained else None for one, weight in zip(found, trained, strict=True)]
        del again, mixed, to_mixed, to_out, to_scan, output
        kept.clear()
        return [to_entered, *wanted]

    tape.link([result], [entered, *trained], backward)
    return result


def _norm_backward(tape: Tape, scan: Scan, weight: Parameter) -> TapeTensor:
    """The gated norm's gradient, of as many sums as keep the GPU busy."""
    sums = tape.new(0.0, 4, PROCESSORS / max(1.0, scan.groups) * scan.inner)
    found = tape.new(0.0, weight.item, weight.count)
    del sums
    return found
