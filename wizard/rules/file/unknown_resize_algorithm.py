"""MW860."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_KNOWN = ("bilinear", "bicubic", "lanczos")


@rule(
    "MW860",
    "unknown-resize-algorithm",
    "error",
    fix="unsafe",
    keys=("image_resize_algorithm",),
    quotes="Invalid image resize algorithm",
)
def unknown_resize_algorithm(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`image_resize_algorithm` is none of the three that Axolotl knows.

    What it checks
        A text other than bilinear, bicubic and lanczos, in small or capital letters.

    Why it matters
        Axolotl refuses the file.

    Example
        Bad:
            image_size: 512
            image_resize_algorithm: nearest

        Good:
            image_size: 512
            image_resize_algorithm: Lanczos

    Fix
        `bilinear`, which is used where none is written. Not safe: images look different.

    Source
        axolotl 0.19.0 utils/schemas/multimodal.py:92-108 (executed, 0.21.0 the same)
    """
    plan = subject.plan
    name = plan.get("image_resize_algorithm")
    if isinstance(name, str) and name.lower() not in _KNOWN:
        message = f"image_resize_algorithm: {name} is none of {', '.join(_KNOWN)}: Axolotl refuses the file"
        fix = Fix({"image_resize_algorithm": "bilinear"}, "unsafe", "image_resize_algorithm: bilinear")
        yield self.finding(message, "image_resize_algorithm", plan=plan, fix=fix)
