"""The settings of an Axolotl config that bear on memory, with Axolotl's defaults (0.19.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

# Axolotl keeps embeddings, norms and lm_head in fp32 for these (axolotl/utils/schemas/enums.py,
# ATTN_IMPLS_WITHOUT_DTYPE_CAST), and for an unset attention.
ATTENTION_WITHOUT_CAST = frozenset({"sdpa", "eager"})

KERNELS = ("lora_mlp_kernel", "lora_qkv_kernel", "lora_o_kernel", "lora_embedding_kernel")

LEGACY_ATTENTION = {
    "flash_attention": "flash_attention_2",
    "sdp_attention": "sdpa",
    "eager_attention": "eager",
    "flex_attention": "flex_attention",
    "xformers_attention": "xformers",
}


@dataclass(frozen=True)
class Settings:
    """One training run on one GPU; field names are Axolotl's."""

    base_model: str
    sequence_len: int = 512
    micro_batch_size: int = 1
    gradient_accumulation_steps: int = 1
    eval_batch_size: int | None = None
    sample_packing: bool = False
    val_set_size: float = 0.0
    test_datasets: list[Any] | None = None
    attn_implementation: str | None = None
    optimizer: str = "adamw_torch_fused"
    max_grad_norm: float = 1.0
    gradient_checkpointing: bool = False
    gradient_checkpointing_kwargs: Mapping[str, Any] | None = None
    cut_cross_entropy: bool = False
    liger_fused_linear_cross_entropy: bool = False
    adapter: str | None = None
    load_in_4bit: bool = False
    load_in_8bit: bool = False
    quantize_moe_experts: bool = False
    lora_r: int | None = None
    lora_alpha: int | None = None
    lora_dropout: float = 0.0
    lora_target_linear: bool = False
    lora_target_modules: list[str] | str | None = None
    lora_target_parameters: list[str] | str | None = None
    lora_modules_to_save: list[str] | None = None
    lora_mlp_kernel: bool = False
    lora_qkv_kernel: bool = False
    lora_o_kernel: bool = False
    lora_embedding_kernel: bool = False
    peft_use_dora: bool = False
    peft_use_rslora: bool = False
    peft_layers_to_transform: list[int] | None = None
    unfrozen_parameters: list[str] | None = None
    embeddings_skip_upcast: bool = False
    experts_implementation: str | None = None
    rl: str | None = None
    trl: Mapping[str, Any] | None = None
    processor_type: str | None = None
    image_size: int | list[int] | None = None
    freeze_mm_modules: bool = False
    optim_args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def generates(self) -> bool:
        """Whether answers are made between the steps (GRPO, and GDPO, which is the same trainer)."""
        return self.rl in ("grpo", "gdpo")

    @property
    def beta(self) -> float:
        """How much a generating run is held to its reference; there is none at 0, TRL's default."""
        return float((self.trl or {}).get("beta") or 0.0)

    @property
    def is_lora(self) -> bool:
        """Whether adapters are trained, on quantized weights or not."""
        return self.adapter in ("lora", "qlora")

    @property
    def quantization(self) -> str | None:
        """``nf4``, ``int8`` or None. Axolotl quantizes only these pairs (loaders/model.py, 0.19.0)."""
        if self.adapter == "qlora" and self.load_in_4bit:
            return "nf4"
        if self.adapter == "lora" and self.load_in_8bit:
            return "int8"
        return None

    @property
    def keeps_fp32_modules(self) -> bool:
        """Whether norms, embeddings and lm_head stay in fp32 (loaders/model.py, _configure_embedding_dtypes)."""
        if self.is_lora or self.cut_cross_entropy:
            return False
        return self.attn_implementation is None or self.attn_implementation in ATTENTION_WITHOUT_CAST

    @property
    def checkpointing_kwargs(self) -> dict[str, Any]:
        """Unset, checkpointing is reentrant in supervised training only (axolotl/utils/config/__init__.py)."""
        if self.gradient_checkpointing_kwargs is not None:
            return dict(self.gradient_checkpointing_kwargs)
        return {"use_reentrant": self.rl is None and not self.unfrozen_parameters}

    @property
    def batch_shape(self) -> tuple[int, int]:
        """Rows and tokens of a micro batch. Packing makes one row of micro_batch_size * sequence_len tokens."""
        if self.sample_packing:
            return 1, self.micro_batch_size * self.sequence_len
        return self.micro_batch_size, self.sequence_len

    @property
    def image_pixels(self) -> tuple[int, int] | None:
        """Width and height that Axolotl makes of every image first (processing_strategies.py, resize_image)."""
        if self.processor_type is None:
            return None
        size = self.image_size
        if size is None:
            raise ValueError("rows with images need image_size: it says how large each image is")
        return (size, size) if isinstance(size, int) else (size[0], size[1])

    @property
    def evaluates(self) -> bool:
        """Whether some data is held out, so that evaluations run between training steps."""
        return bool(self.val_set_size or self.test_datasets)

    @property
    def eval_batch_shape(self) -> tuple[int, int]:
        """Like ``batch_shape``; packed evaluation uses the training batch size whatever ``eval_batch_size`` says."""
        if self.sample_packing or self.eval_batch_size is None:
            return self.batch_shape
        return self.eval_batch_size, self.sequence_len


def _enables_kernels(config: Mapping[str, Any]) -> bool:
    """``check_auto_enable_lora_kernels`` (schemas/config.py): on by default, on one GPU, when none is set."""
    if config.get("rl") or config.get("trust_remote_code") or config.get("adapter") not in ("lora", "qlora"):
        return False
    in_8bit = config["adapter"] == "lora" and config.get("load_in_8bit")
    return not in_8bit and all(config.get(name) is None for name in KERNELS)


def from_axolotl(config: Mapping[str, Any]) -> Settings:
    """Settings from an Axolotl config; other keys are left out, and None means Axolotl's default."""
    known = {f.name for f in fields(Settings)}
    picked = {k: v for k, v in config.items() if k in known and v is not None}
    for flag, implementation in LEGACY_ATTENTION.items():
        if config.get(flag) and "attn_implementation" not in picked:
            picked["attn_implementation"] = implementation
    if _enables_kernels(config):
        picked |= dict.fromkeys(KERNELS, True)
    return Settings(**picked)
