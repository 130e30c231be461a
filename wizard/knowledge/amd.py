"""What AMD's parts differ in, by LLVM's name of their architecture (`gfx942`). For torch they are `cuda`."""

from __future__ import annotations

FP8 = frozenset({"gfx942", "gfx950", "gfx1200", "gfx1201"})
"""Where `torch._scaled_mm` multiplies in fp8. On others: "torch._scaled_mm is only supported on CUDA devices with
compute capability >= 9.0 or 8.9, or ROCm MI300+" (pytorch, ScaledBlas.cpp, _scaled_mm_allowed_device).
Axolotl's own check asks for a capability of 9.0, which HIP says of `gfx90a` (MI200) too."""

APUS = frozenset(
    {"gfx902", "gfx909", "gfx90c", "gfx1013", "gfx1033", "gfx1035", "gfx1036", "gfx1103"}
    | {"gfx1150", "gfx1151", "gfx1152", "gfx1153"}
)
"""Graphics of a processor: their memory is the host's, and what the driver calls theirs is a small part set aside
(LLVM, User Guide for AMDGPU Backend, the table of processors)."""
