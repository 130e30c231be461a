"""The architecture of a base model: its shapes, counts and dtype, never its weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Literal, TypeAlias

from wizard.domain.extras import NONE, Extras
from wizard.domain.images import ImageForm
from wizard.domain.tower import NormStyle, Tower

TensorKind = Literal["embedding", "head", "linear", "experts", "norm", "bias", "other"]
Mixer = Literal["attention", "latent", "linear", "mamba", "conv", "none"]
Factors = Literal["", "behind", "both"]
Routing: TypeAlias = bool | Literal["autocast", "input"]
Spared = Literal["", "int8", "all"]
NormPlace = Literal["pre", "held", "post", "sandwich", "parallel"]
"""Where a layer's norms stand: before each part (`held`: what the first gives lives as long as the layer's forward, as
what the attention gives does), after it, both, or one before two parallel parts."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """One kind of parameter tensor and how many of it the model has.

    `path` is the module's name in transformers, with `*` for the layer's number
    ("model.layers.*.self_attn.q_proj"), as `lora_target_modules` matches it.
    `shape` is that of one tensor: (out, in) for a linear layer, (experts, ...) for stacked experts.
    `tower` marks tensors of a vision or audio tower, which text training leaves idle. `spared`: of which roundings by
    bitsandbytes Axolotl leaves it out.
    """

    path: str
    kind: TensorKind
    shape: tuple[int, ...]
    count: int = 1
    tower: bool = False
    spared: Spared = ""

    @property
    def module(self) -> str:
        """The last part of the name: "q_proj"."""
        return self.path.rpartition(".")[2]

    @property
    def numel(self) -> int:
        """Elements of one such tensor."""
        return prod(self.shape)

    @property
    def total(self) -> int:
        """Elements of all of them."""
        return self.numel * self.count


@dataclass(frozen=True, slots=True)
class Packed:
    """How an already quantized checkpoint stores the weights of these kinds: the method ("mxfp4", "gptq", ...) and
    bytes an element, None where that is not said.
    """

    method: str
    size: float | None
    kinds: tuple[TensorKind, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of decoder layer and how many the model has. Widths in elements.

    `mixer`: "attention" (softmax), "latent" (softmax over keys and values out of a latent: `head_dim` is that
    of queries and keys, of which `rope_dim` are rotated, `value_dim` that of values; `kv_rank` and `q_rank` are the
    widths of the latents, the latter 0 where queries come of none), "linear" (gated delta-net), "mamba", "conv", or
    "none" (Nemotron-H has layers that are a feed-forward alone; its other layers have no feed-forward).
    `heads`, `kv_heads` and `head_dim` are those of softmax attention, 0 in a layer without it. A Falcon-H1 layer runs
    attention and Mamba side by side: `mixer` is "mamba" and both groups of fields are set. `intermediate` is the dense
    feed-forward's width (0 in a pure MoE layer). A MoE layer has `experts` of width `expert_width`, of which each
    token visits `active`, and perhaps a `shared_width`.
    `mixer_width` is the inner width of a mixer that is not softmax attention (0 otherwise): a delta-net's values,
    Mamba's inner stream, a convolution's channels. `key_width` goes with it: the width of each of a delta-net's queries
    and keys, or of each of Mamba's B and C; `mixer_heads` and `key_heads` are the delta-net's heads of values and of
    keys, the latter repeated where they are fewer; of Mamba 2 its heads and the groups of B and C, while Mamba 1 has
    none, but a `rank` of its time step. `chunk`: tokens that Mamba 2 scans at once. `kernel`: of its convolution.
    `gated_norm`: a norm of what the scan gives, times the gate. `multiplied`: where factors stand in a layer: "behind"
    its parts, or "both" before and behind, as Falcon-H1 has them. `query_gate`: q_proj makes a gate for attention's
    output as well. `cross` marks layers that attend to an image only and are skipped where a batch has none. `clamped`:
    experts with biases and a clamped gate, as GPT-OSS has them. `router_upcasts`: the router makes its input fp32;
    `routing_fp32`: what the experts' outputs are multiplied with is, or is under autocast, or where their input is.
    `shared_first`: the shared one runs before them.
    """

    count: int
    mixer: Mixer = "attention"
    heads: int = 0
    kv_heads: int = 0
    head_dim: int = 0
    value_dim: int = 0
    rope_dim: int = 0
    kv_rank: int = 0
    q_rank: int = 0
    window: int | None = None
    intermediate: int = 0
    gated: bool = True
    experts: int = 0
    active: int = 0
    expert_width: int = 0
    shared_width: int = 0
    mixer_width: int = 0
    key_width: int = 0
    mixer_heads: int = 0
    key_heads: int = 0
    rank: int = 0
    chunk: int = 0
    kernel: int = 0
    gated_norm: bool = False
    multiplied: Factors = ""
    query_gate: bool = False
    cross: bool = False
    clamped: bool = False
    router_upcasts: bool = False
    routing_fp32: Routing = False
    shared_first: bool = False
    extras: Extras = NONE

    @property
    def q_width(self) -> int:
        """heads x head_dim."""
        return self.heads * self.head_dim

    @property
    def kv_width(self) -> int:
        """kv_heads x head_dim."""
        return self.kv_heads * self.head_dim


@dataclass(frozen=True, eq=False)
class Model:
    """One base model. Compared by identity, so that an estimate can be kept beside it.

    `parameters` counts each tensor once, tied ones too. `exact` says whether the form of this architecture is
    known; where it is False the counts come from a general transformer. `layer_class` is the decoder layer's class
    in transformers, which FSDP wraps; where a model has two, both, with a comma between, as accelerate reads them.
    `packed`: the checkpoint's own quantization, None for plain weights. `model_type` is the language model's;
    `outer_type` that of a model around it, "" where there is none. `form`: the model_type whose form it is taken to
    have (its own, a relative's, "" for the general one). `own_linear`: its linear layers are a class of their own,
    which bitsandbytes does not quantize. `activation` is `hidden_act`. `order`: of each layer the number of its
    block. `logits_fp32`: the model turns its logits to that, so that a loss has none to turn. `images`: what an
    image becomes, `tower`: how it gets there; None where that is not known here. `stored_bytes` are the bytes of
    the checkpoint's tensors as published, from its safetensors headers or index; None where it was not looked at.
    `tokenizer_bytes`: of the files of its tokenizer, None where those are not here. `said`: the parameters that a
    person said it has, where nothing else is known of it; its shapes are another's then, and `peers` are known
    models of about that size, the ends of what it may be.
    """

    id: str
    family: str
    model_type: str
    hidden: int
    vocab: int
    tied: bool
    tensors: tuple[Tensor, ...]
    blocks: tuple[Block, ...]
    dtype: str = "bfloat16"
    max_length: int | None = None
    norm_style: NormStyle = "rms"
    qk_norm: bool = False
    fused_qkv: bool = False
    fused_gate_up: bool = False
    logits_fp32: bool = False
    attention_dropout: bool = False
    residual_dropout: bool = False
    logit_softcap: bool = False
    order: tuple[int, ...] = ()
    attention_softcap: bool = False
    multimodal: bool = False
    packed: Packed | None = None
    exact: bool = True
    notes: tuple[str, ...] = ()
    layer_class: str | None = None
    norm_place: NormPlace = "pre"
    own_linear: bool = False
    form: str = ""
    activation: str = "silu"
    layer_path: str = "model.layers.*"
    stored_bytes: int | None = None
    tokenizer_bytes: int | None = None
    outer_type: str = ""
    images: ImageForm | None = None
    tower: Tower | None = None
    said: int | None = None
    peers: tuple[Model, ...] = ()

    @property
    def architecture(self) -> str:
        """The model_type of the whole model, by which Axolotl goes (`model_config_type`)."""
        return self.outer_type or self.model_type

    @property
    def quantized(self) -> str | None:
        """The name of the checkpoint's own quantization."""
        return self.packed.method if self.packed else None

    @cached_property
    def parameters(self) -> int:
        """All parameters, each tensor once."""
        return sum(tensor.total for tensor in self.tensors)

    @cached_property
    def layers(self) -> int:
        """Decoder layers."""
        return sum(block.count for block in self.blocks)

    @cached_property
    def mixers(self) -> frozenset[str]:
        """What the layers mix tokens with: "attention", "mamba"."""
        return frozenset(block.mixer for block in self.blocks)

    @cached_property
    def moe(self) -> bool:
        """Whether any layer has experts."""
        return any(block.experts for block in self.blocks)

    @cached_property
    def sinks(self) -> bool:
        """Whether each head has a score of its own for nothing, which takes part in the softmax."""
        return any(tensor.path.endswith(".sinks") for tensor in self.tensors)

    @cached_property
    def hears(self) -> bool:
        """Whether it has a tower for sound."""
        return any(tensor.tower and "audio" in tensor.path for tensor in self.tensors)

    @cached_property
    def embedding_parameters(self) -> int:
        """Elements of the token embedding(s)."""
        return sum(tensor.total for tensor in self.tensors if tensor.kind == "embedding")

    @cached_property
    def late_embeddings(self) -> int:
        """Elements of embeddings whose gradient comes after all layers': not of one that is lm_head too."""
        return self.embedding_parameters - (self.vocab * self.hidden if self.tied else 0)

    @cached_property
    def head_parameters(self) -> int:
        """Elements of a separate lm_head; 0 when tied."""
        return sum(tensor.total for tensor in self.tensors if tensor.kind == "head")

    @cached_property
    def linear_parameters(self) -> int:
        """Elements of all linear layers but lm_head: what bitsandbytes quantizes."""
        return sum(tensor.total for tensor in self.tensors if tensor.kind == "linear")

    def spared(self, quantization: str) -> frozenset[str]:
        """Last parts of the names of those that such a rounding leaves alone."""
        return frozenset(one.module for one in self.tensors if one.spared and one.spared in ("all", quantization))

    @cached_property
    def linear_names(self) -> frozenset[str]:
        """Last parts of the names of the linear layers: "q_proj"."""
        return frozenset(tensor.module for tensor in self.tensors if tensor.kind == "linear")

    @cached_property
    def largest_tensor(self) -> int:
        """Elements of the largest tensor."""
        return max(tensor.numel for tensor in self.tensors)

    @cached_property
    def largest_linear(self) -> int:
        """Elements of the largest linear layer but lm_head (0 if there is none)."""
        return max((t.numel for t in self.tensors if t.kind == "linear"), default=0)
