"""Dense feed-forward layers: gated, fused, plain."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.memory.tape.acts import act, keeps_result
from wizard.memory.tape.engine import Tape, TapeTensor
from wizard.memory.tape.liger import liger_glu
from wizard.memory.tape.linear import Linear, kernel_mlp
from wizard.memory.tape.ops import chunks, multiply


@dataclass(frozen=True)
class Gated:
    """`down(act(gate(x)) * up(x))`, gate and up perhaps in one projection; by Axolotl's kernel where it may."""

    gate: Linear
    up: Linear | None
    down: Linear
    kernel: bool = False
    act: str = "silu"
    liger: bool = False

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        if self.kernel and self.up is not None:
            return kernel_mlp(tape, self.gate, self.up, self.down, x)
        if self.up is None:
            both = self.gate(tape, x)
            gate, raised = chunks(tape, both, (both.width / 2, both.width / 2))
            del both
            return self.down(tape, self._join(tape, gate, raised))
        return self.down(tape, self._join(tape, self.gate(tape, x), self.up(tape, x)))

    def _join(self, tape: Tape, gate: TapeTensor, raised: TapeTensor) -> TapeTensor:
        if self.liger and self.act in ("silu", "gelu_pytorch_tanh"):
            return liger_glu(tape, gate, raised)
        return multiply(tape, act(tape, gate, self.act), raised)


@dataclass(frozen=True)
class Plain:
    """`down(act(up(x)))`."""

    up: Linear
    down: Linear
    act: str = "gelu"

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        return self.down(tape, act(tape, self.up(tape, x), self.act, trained=self.up.weight.trained))


@dataclass(frozen=True)
class Weighed:
    """`sigmoid(gate(x)) * inner(x)`, with one value a token for a shared expert (modeling_qwen2_moe.py)."""

    gate: Linear
    inner: Gated | Plain

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        return self.weigh(tape, x, self.inner(tape, x))

    def weigh(self, tape: Tape, x: TapeTensor, out: TapeTensor) -> TapeTensor:
        """`sigmoid(gate(x)) * out`."""
        return multiply(tape, keeps_result(tape, self.gate(tape, x)), out)
