"""Asks AMD SMI about every GPU and prints one JSON line for each answer. Run as a process of its own, as `nvml` is.

With `--watch SECONDS` it goes on to say who holds how much of each, until its stdin ends.
Facts: AMD SMI's Python API (ROCm 6.4 to 7.2). ROCm brings the package beside its library (share/amd_smi).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
UNKNOWN = 2**32 - 1
"""How AMD SMI writes a number that it has not."""


def say(kind: str, content: object) -> None:
    """One answer, at once: what follows may hang."""
    sys.stdout.write(json.dumps({kind: content}) + "\n")
    sys.stdout.flush()


def library() -> Any:
    """The package. ImportError: there is none; KeyError: it finds no libamd_smi.so (it prints that itself)."""
    sys.path.insert(0, str(Path(os.environ.get("ROCM_PATH") or "/opt/rocm") / "share" / "amd_smi"))
    with contextlib.redirect_stdout(sys.stderr):
        import amdsmi  # noqa: PLC0415 (loads AMD's library, which may not be there)
    return amdsmi


def ask(smi: Any, call: Callable[..., T], *arguments: object) -> T | None:
    """The answer of one call; None where the library refuses it or can't be understood."""
    try:
        return call(*arguments)
    except (smi.AmdSmiException, UnicodeDecodeError, AttributeError, ValueError):
        return None


def memory(smi: Any, handle: Any) -> dict[str, int | None]:
    """Total, used and free bytes of the GPU's own memory."""
    kind = smi.AmdSmiMemoryType.VRAM
    total = ask(smi, smi.amdsmi_get_gpu_memory_total, handle, kind)
    used = ask(smi, smi.amdsmi_get_gpu_memory_usage, handle, kind)
    if not total:
        return {"total": None, "used": None, "free": None}
    return {"total": total, "used": used, "free": None if used is None else max(0, total - used)}


def processes(smi: Any, handle: Any) -> list[dict[str, Any]]:
    """Who holds memory: pid, program name (never its arguments), bytes."""
    rows = ask(smi, smi.amdsmi_get_gpu_process_list, handle) or []
    return [{"pid": row["pid"], "name": program(row["pid"]), "used": row["memory_usage"]["vram_mem"]} for row in rows]


def program(pid: int) -> str | None:
    """The program's name, from /proc."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip() or None
    return None


def describe(smi: Any, handle: Any, position: int) -> dict[str, Any]:
    """All that AMD SMI says of one device. `index` is HIP's where it is known, else the driver's order."""
    chip = ask(smi, smi.amdsmi_get_gpu_asic_info, handle) or {}
    numbers = ask(smi, smi.amdsmi_get_gpu_enumeration_info, handle) or {}
    index = numbers.get("hip_id")
    return {
        "vendor": "amd",
        "index": index if isinstance(index, int) and index < UNKNOWN else position,
        "name": known(chip.get("market_name")),
        "architecture": known(chip.get("target_graphics_version")),
        "uuid": known(numbers.get("hip_uuid")) or known(ask(smi, smi.amdsmi_get_gpu_device_uuid, handle)),
        **memory(smi, handle),
        "processes": processes(smi, handle),
    }


def known(text: str | None) -> str | None:
    """A text, None where it says that there is none."""
    return None if text in (None, "", "N/A") else text


def watch(smi: Any, seconds: float) -> None:
    """Print the use of every GPU again and again, until who reads it closes stdin."""
    handles = list(enumerate(ask(smi, smi.amdsmi_get_processor_handles) or []))
    while True:
        say("sample", [describe(smi, handle, position) for position, handle in handles])
        if select.select([sys.stdin], [], [], seconds)[0]:
            return


def main() -> None:
    """Print the driver's version, then a line for each GPU, or why there is none."""
    try:
        smi = library()
        smi.amdsmi_init(smi.AmdSmiInitFlags.INIT_AMD_GPUS)
        handles = smi.amdsmi_get_processor_handles()
    except ImportError:
        return say("refused", "package")
    except (KeyError, AttributeError):
        return say("refused", "library")
    except Exception as error:  # AmdSmiException has no name before its package is there
        return say("refused", getattr(error, "err_code", None))
    if sys.argv[1:2] == ["--watch"]:
        return watch(smi, float(sys.argv[2]))
    driver = ask(smi, smi.amdsmi_get_gpu_driver_info, handles[0]) if handles else None
    say("driver", {"vendor": "AMD", "driver": known((driver or {}).get("driver_version")), "cuda": None})
    for position, handle in enumerate(handles):
        say("gpu", describe(smi, handle, position))
    return say("done", True)


if __name__ == "__main__":
    main()
