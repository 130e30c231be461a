"""Which driver is asked about this machine's GPUs: NVIDIA's or AMD's."""

from __future__ import annotations

import sys
from pathlib import Path


def asking(root: Path = Path("/")) -> list[str]:
    """The process to start. AMD's where only its compute device is: a processor with graphics of AMD has that beside an
    NVIDIA card too. `root`: where the kernel's files are (tests)."""
    amd = (root / "dev/kfd").exists() and not (root / "dev/nvidiactl").exists()
    return [sys.executable, str(Path(__file__).with_name("amd.py" if amd else "nvml.py"))]
