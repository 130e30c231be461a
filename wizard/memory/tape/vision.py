"""A layer of a vision tower, and the module behind the last one, put together as transformers runs them."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import targeted
from wizard.domain.model import Model
from wizard.domain.model import Tensor as Shape
from wizard.domain.tower import Tower
from wizard.memory.tape.acts import act
from wizard.memory.tape.attention import contiguous, eager, efficient, flash, rotary
from wizard.memory.tape.engine import Parameter, Tape, TapeTensor
from wizard.memory.tape.linear import Adapter, Linear
from wizard.memory.tape.norms import gemma_norm, layer_norm, rms_norm
from wizard.memory.tape.ops import activation, add, cast, chunks, multiply
from wizard.memory.weights import embedding_bytes


@dataclass(frozen=True)
class Parts:
    """Makes the parts of a tower: which weights are trained, adapted, quantized, in which dtype.

    `length`: patches that attend to each other.
    """

    model: Model
    tower: Tower
    settings: Effective
    length: int

    @property
    def trained(self) -> bool:
        """Whether the tower's own weights get gradients."""
        return self.settings.lora is None and not self.settings.towers_frozen

    @property
    def item(self) -> int:
        """Bytes of a weight as loaded."""
        return 4 if self.settings.weights_fp32 else 2

    def linear(self, outputs: float, inputs: float, path: str) -> Linear:
        """A projection by its whole path."""
        settings, lora = self.settings, self.settings.lora
        adapter = None
        if lora is not None and targeted(self.model, Shape(path, "linear", (1, 1), tower=True), lora):
            a = Parameter(lora.rank * inputs, settings.adapter_computed, trained=True)
            b = Parameter(lora.rank * outputs, settings.adapter_computed, trained=True)
            adapter = Adapter(a, b, lora.rank, lora.dropout, lora.dora)
        weight = Parameter(outputs * inputs, self.item, trained=self.trained)
        four = settings.quantization == "nf4"
        eight = settings.quantization == "int8"
        return Linear(inputs, outputs, weight, adapter, 2.0 * outputs * inputs if four else 0.0, eight)

    def norm(self, tape: Tape, x: TapeTensor, groups: float = 1.0) -> TapeTensor:
        """The tower's norm over the whole width, or over each of `groups` parts of it."""
        weight = Parameter(x.width / groups, embedding_bytes(self.settings), trained=self.trained)
        if self.tower.norm == "layer":
            return layer_norm(tape, x, weight)
        if self.tower.norm == "gemma":
            return gemma_norm(tape, x, weight, groups)
        return rms_norm(tape, x, weight, groups)


class VisionLayer:
    """Attention over an image's patches, then a feed-forward."""

    def __init__(self, parts: Parts) -> None:
        tower = parts.tower
        self.parts = parts
        self.inner = float(tower.heads * tower.head_dim)
        *into, out = tower.attention
        widths = [3 * self.inner] if len(into) == 1 else [self.inner] * 3
        self.into = [
            parts.linear(width, tower.width, f"{tower.path}.{name}") for width, name in zip(widths, into, strict=True)
        ]
        self.out = parts.linear(tower.width, self.inner, f"{tower.path}.{out}")
        *up, down = tower.feed
        self.up = [parts.linear(tower.wide, tower.width, f"{tower.path}.{name}") for name in up]
        self.down = parts.linear(tower.width, tower.wide, f"{tower.path}.{down}")

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        parts = self.parts
        attended = self._attention(tape, parts.norm(tape, x))
        x = add(tape, x, parts.norm(tape, attended) if parts.tower.sandwich else attended)
        del attended
        fed = self._feed(tape, parts.norm(tape, x))
        return add(tape, x, parts.norm(tape, fed) if parts.tower.sandwich else fed)

    def _through(self, tape: Tape, linear: Linear, x: TapeTensor) -> TapeTensor:
        """A linear layer, between two clips where the tower clips (`torch.clamp` keeps its input)."""
        if not self.parts.tower.clipped:
            return linear(tape, x)
        return activation(tape, linear(tape, activation(tape, x)))

    def _feed(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        name = self.parts.tower.activation
        if len(self.up) == 1:
            return self._through(tape, self.down, act(tape, self._through(tape, self.up[0], x), name))
        gate = act(tape, self._through(tape, self.up[0], x), name)
        return self._through(tape, self.down, multiply(tape, gate, self._through(tape, self.up[1], x)))

    def _attention(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        q, k, v = self._inputs(tape, x)
        out = self._scores(tape, q, k, v)
        del q, k, v, x
        if self.parts.tower.joined and self.parts.settings.attention != "flash":
            joined = tape.like(out)
            tape.link([joined], [out], lambda g: [g.alias()])
            out = joined
        return self._through(tape, self.out, out)

    def _inputs(self, tape: Tape, x: TapeTensor) -> tuple[TapeTensor, TapeTensor, TapeTensor]:
        tower = self.parts.tower
        if len(self.into) == 1:
            both = self.into[0](tape, x)
            q, k, v = chunks(tape, both, (self.inner,) * 3)
            del both
        else:
            q, k, v = (self._through(tape, one, x) for one in self.into)
            q, k = contiguous(tape, q), contiguous(tape, k)
        del x
        if tower.qk_norm:
            q, k = (self.parts.norm(tape, one, tower.heads) for one in (q, k))
            v = self.parts.norm(tape, v, tower.heads)
        if tower.rotary == "half":
            return rotary(tape, q), rotary(tape, k), v
        if tower.rotary == "wide":
            wide_q, wide_k = cast(tape, q, 4), cast(tape, k, 4)
            del q, k
            turned_q, turned_k = rotary(tape, wide_q, wide=True), rotary(tape, wide_k, wide=True)
            del wide_q, wide_k
            return cast(tape, turned_q, 2), cast(tape, turned_k, 2), v
        return q, k, v

    def _scores(self, tape: Tape, q: TapeTensor, k: TapeTensor, v: TapeTensor) -> TapeTensor:
        tower, length = self.parts.tower, self.parts.length
        q, k, v = (cast(tape, one, tape.half) for one in (q, k, v))
        attention = self.parts.settings.attention
        if attention == "eager":
            return eager(tape, q, k, v, tower.heads, length)
        if attention == "sdpa" and tower.mask:
            mask = float(length) if tower.mask == "each" else 0.0
            return efficient(tape, q, k, v, tower.heads, tower.heads, mask)
        return flash(tape, q, k, v, tower.heads, tower.heads, tower.head_dim)
