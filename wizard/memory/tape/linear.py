"""Linear layers: plain, with PEFT's LoRA beside them, and several at once through Axolotl's LoRA kernels."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.memory.tape.dora import dora
from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.int8 import product8
from wizard.memory.tape.ops import add, cast, cast_weight, dropout, product, scale


@dataclass(frozen=True)
class Adapter:
    """LoRA's two matrices, fp32 (peft 0.19 `autocast_adapter_dtype`) or in the dtype that is computed with."""

    a: Parameter
    b: Parameter
    rank: int
    dropout: bool
    dora: bool = False


@dataclass(frozen=True)
class Linear:
    """A projection of `inputs` to `outputs`. `dequantized`: bytes of its 4-bit weight in 16 bits while it is
    used. `eight`: its weight is int8; `outliers`: its products find some. `unpacks`: that weight is taken out of its
    bits by a plain product, as GPTQ's is. `copies`: of its input is made one in the adapter's dtype, and of its output
    with DoRA one in its own.
    """

    inputs: float
    outputs: float
    weight: Parameter
    adapter: Adapter | None = None
    dequantized: float = 0.0
    eight: bool = False
    unpacks: bool = False
    copies: bool = True
    outliers: bool = True

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """The layer's output; LoRA through PEFT where there is an adapter."""
        result = self.base(tape, x)
        if self.adapter is None:
            return result
        if self.adapter.dora:
            lora, wide = self.adapter, self._entering(tape, x, self.adapter)
            out = dora(tape, wide, result, lora.a, lora.b, drops=lora.dropout, dequantized=self.dequantized)
            return cast(tape, out, result.item) if self.copies else out
        return add(tape, result, self._beside(tape, x, self.adapter))

    def base(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Without the adapter, under autocast."""
        if self.eight:
            return product8(tape, x, self.inputs * self.outputs, self.outputs, outliers=self.outliers)
        narrow = cast(tape, x, tape.half)
        if (
            self.unpacks
        ):  # autograd keeps it: gptqmodel nn_modules/qlinear/torch.py `_forward_eager`, tritonv2.py `forward`
            return product(tape, narrow, tape.new(0.0, tape.half, self.weight.count), self.outputs)
        weight = cast_weight(tape, self.weight, tape.half)
        out = product(tape, narrow, weight, self.outputs, transient=self.dequantized)
        return cast(tape, out, x.item) if self.dequantized else out  # Linear4bit gives its input's dtype

    def _beside(self, tape: Tape, x: TapeTensor, lora: Adapter) -> TapeTensor:
        """`lora_B(lora_A(dropout(x.float()))) * scaling` (peft 0.19 tuners/lora/layer.py)."""
        wide = self._entering(tape, x, lora)
        low = self._down(tape, wide, lora)
        raised = product(tape, low, cast_weight(tape, lora.b, tape.half), self.outputs)
        del low
        scaled = scale(tape, raised)
        del raised, wide
        return scaled

    def _entering(self, tape: Tape, x: TapeTensor, lora: Adapter) -> TapeTensor:
        return cast(tape, x, lora.a.item) if self.copies else x

    def _down(self, tape: Tape, wide: TapeTensor, lora: Adapter) -> TapeTensor:
        dropped = dropout(tape, wide) if lora.dropout else wide
        weight = cast_weight(tape, lora.a, tape.half)
        return product(tape, cast(tape, dropped, tape.half), weight, lora.rank)


def _copies(tape: Tape, lora: Adapter) -> tuple[TapeTensor, ...]:
    """The adapter's matrices in 16 bits, where they are not; a custom autograd function makes its own each time."""
    return tuple(tape.new(0.0, tape.half, one.count) for one in (lora.a, lora.b) if one.item != tape.half)


def _project(tape: Tape, linear: Linear, came: int, passing: list[TapeTensor], kept: list[TapeTensor]) -> TapeTensor:
    """`matmul_lora`: the product, then the adapter's added into it in place.

    DoRA adds into a third and scales that into a fourth, in the dtype of what came in, of so many bytes: `kept` gets
    the sum, `passing` what lives as long as the forward.
    """
    weight = tape.new(0.0, 1, linear.dequantized) if linear.dequantized else None
    out = tape.new(linear.outputs, tape.half)
    del weight
    if linear.adapter is not None:
        copies = _copies(tape, linear.adapter)
        low = tape.new(linear.adapter.rank, tape.half)
        del low, copies
        if linear.adapter.dora:
            passing += [out, tape.like(out)]
            kept.append(tape.like(out))
            out = tape.new(linear.outputs, came)
    return out


def _adapter_gradients(tape: Tape, lora: Adapter, kept: list[TapeTensor]) -> list[TapeTensor]:
    """dA and dB in 16 bits; the product with the rank dimension stays for the input's gradient."""
    kept.append(tape.new(lora.rank, tape.half))
    found = [tape.new(0.0, tape.half, lora.a.count), tape.new(0.0, tape.half, lora.b.count)]
    low = tape.new(lora.rank, tape.half)
    del low
    return found


def _is_dora(linears: tuple[Linear, ...]) -> bool:
    return any(linear.adapter is not None and linear.adapter.dora for linear in linears)


def _through_dora(tape: Tape, width: float) -> TapeTensor:
    """The gradient times the scale; its product with the sum is made for the magnitude's gradient."""
    times = tape.new(width, tape.half)
    del times
    return tape.new(width, tape.half)


def _widen(tape: Tape, found: list[TapeTensor | None], parameters: list[Parameter]) -> Gradients:
    """Autograd turns each gradient of a custom function into its parameter's dtype, one after the other."""
    for index, parameter in enumerate(parameters, start=len(found) - len(parameters)):
        if found[index] is not None:
            found[index] = tape.new(0.0, parameter.item, parameter.count)
    return found


def _parameters(linears: tuple[Linear, ...]) -> list[Parameter]:
    adapters = [linear.adapter for linear in linears if linear.adapter is not None]
    return [matrix for lora in adapters for matrix in (lora.a, lora.b)]


def kernel_inputs(tape: Tape, linears: tuple[Linear, ...], x: TapeTensor) -> list[TapeTensor]:
    """Several projections of one input in one autograd function (axolotl kernels/lora.py, LoRA_QKV and LoRA_O).

    Saves the input, the dropped one, and 16-bit copies of the adapters.
    """
    lora = next(linear.adapter for linear in linears if linear.adapter is not None)
    dropped = dropout(tape, x) if lora.dropout else None
    passing: list[TapeTensor] = []
    sums: list[TapeTensor] = []
    outputs = [_project(tape, linear, x.item, passing, sums) for linear in linears]
    passing.clear()
    saves = tape.grad
    copies = [_copies(tape, linear.adapter) for linear in linears if linear.adapter] if saves else []
    parameters = _parameters(linears)
    tape.pack(saves)
    flows, width = needs_grad(x), x.width
    held = (x if saves else None, dropped if saves else None, copies, sums if saves else None)
    if not saves:
        sums.clear()
    has_drop = dropped is not None

    def backward(*gradients: TapeTensor) -> Gradients:
        kept: list[TapeTensor] = [_through_dora(tape, one.outputs) for one in linears] if _is_dora(linears) else []
        found: list[TapeTensor | None] = []
        for linear in linears:
            if linear.adapter is not None:
                found += _adapter_gradients(tape, linear.adapter, kept)
        to_x = to_dropped = None
        if flows:
            to_x = _input_gradient(tape, linears, width)
            to_dropped = tape.new(width, tape.half) if has_drop else None
        _ = held
        to_x_view = to_x
        if to_x_view is not None:
            to_x_view.view = True
        if to_dropped is not None:
            to_dropped.view = True
        kept.clear()
        return _widen(tape, [to_x_view, to_dropped, *found], parameters)

    inputs = [x, dropped if dropped is not None else _nothing(), *parameters]
    del x, dropped, copies
    tape.link(outputs, inputs, backward)
    return outputs


def _input_gradient(tape: Tape, linears: tuple[Linear, ...], width: float) -> TapeTensor:
    """The sum over the projections, each with its weight dequantized for a moment."""
    made: TapeTensor | None = None
    for linear in linears:
        weight = tape.new(0.0, 1, linear.dequantized) if linear.dequantized else None
        made = made or tape.new(width, tape.half)
        del weight
    assert made is not None
    return made


def _nothing() -> Parameter:
    """An input that gets no gradient."""
    return Parameter(0.0, 2, trained=False)


def kernel_mlp(tape: Tape, gate: Linear, up: Linear, down: Linear, x: TapeTensor) -> TapeTensor:
    """A gated feed-forward in one autograd function (axolotl kernels/lora.py, LoRA_MLP).

    Saves the input, gate and up; the backward works in their buffers.
    """
    assert gate.adapter is not None
    dropped = dropout(tape, x) if gate.adapter.dropout else None
    passing: list[TapeTensor] = []
    sums: list[TapeTensor] = []
    gated, raised = (_project(tape, one, x.item, passing, sums) for one in (gate, up))
    hidden = tape.like(gated)
    out = _project(tape, down, hidden.item, passing, sums)
    passing.clear()
    saves = tape.grad
    linears = (gate, up, down)
    copies = [_copies(tape, linear.adapter) for linear in linears if linear.adapter] if saves else []
    del hidden
    parameters = _parameters(linears)
    tape.pack(saves)
    flows, width = needs_grad(x), x.width
    held = (x, dropped, gated, raised, copies, sums) if saves else None
    if not saves:
        sums.clear()
    has_drop = dropped is not None

    def backward(gradient: TapeTensor) -> Gradients:
        scaled = [_through_dora(tape, down.outputs)] if _is_dora(linears) else []
        weight = tape.new(0.0, 1, down.dequantized) if down.dequantized else None
        to_hidden = tape.new(down.inputs, tape.half)
        del weight
        low = tape.new(down.adapter.rank if down.adapter else 0, tape.half)
        del low
        kept: list[TapeTensor] = [_through_dora(tape, one.outputs) for one in (gate, up)] if scaled else []
        found = {
            linear: _adapter_gradients(tape, linear.adapter, kept) for linear in (down, up, gate) if linear.adapter
        }
        to_x = to_dropped = None
        if flows:
            to_x = _input_gradient(tape, (up, gate), width)
            to_x.view = True
            to_dropped = tape.new(width, tape.half) if has_drop else None
        if to_dropped is not None:
            to_dropped.view = True
        _ = held, to_hidden
        kept.clear()
        ordered = [one for linear in linears for one in found.pop(linear, [])]
        return _widen(tape, [to_x, to_dropped, *ordered], parameters)

    inputs = [x, dropped if dropped is not None else _nothing(), *parameters]
    del x, dropped, gated, raised, copies
    tape.link([out], inputs, backward)
    return out
