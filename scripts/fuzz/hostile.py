"""Values and bytes that break readers, and ways to break good ones."""

from __future__ import annotations

import json
from random import Random
from typing import Any

TEXTS = (
    "", " ", "\0", "\x1b]0;owned\x07", "\x1b[2J\x1b[31mred", "\x9b31m", "\u202egnp.exe", "\u2028line", "\r\nX: 1", "a\nb: 1 #",
    "::error::x", "\ufeff", "\x7f\b\b", "é" * 40, "日本語", "\ud83d", "%s%n{0}{{x}}", "${HOME}", "$(id)", "`id`", "; rm -rf x",
    "~nobody/x", "/dev/zero", "/proc/self/mem", "../../x", "-", "--help", "a" * 5000, "1:1:1:1", "1_000", "0x1F", "0o17",
    "2026-11-29", "12:30:45.1", ".inf", ".nan", "NaN", "-Infinity", "1e999", "9" * 400, "-1", "null", "~", "yes", "*a", "&a",
    "!!python/object:os.system x", "!!binary aGk=", "<<", "|", ">-", "? x", "(([a-z_.0-9])+)+!", "[", "{{ x }}", "{% for %}",
    "hf_abcdefghijklmnopqrstuvwxyz012345", "https://u:p@h/x", "Qwen/Qwen3-0.6B", "lora", "qlora", "auto", "adamw_torch",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 7, 255, 4096, 2**31, 2**63, 2**64, -(2**63), 10**30, 10**400, 0.0, -0.0, 0.5, 1e-320, 1e308,
    float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
SCRAPS = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x1b[31m", b"\xc2\x9b", b"\xe2\x80\xae", b"\n", b"\r", b"\t", b"{", b"}", b"[", b"]",
    b'"', b"'", b":", b",", b"- ", b"#", b"&a ", b"*a", b"<<: *a\n", b"|\n", b"---\n", b"...", b"!!", b"0" * 60, b"-", b"1e999",
    b"\\u0000", b"\\ud800", b"\\", b"nan", b"null", b"[" * 300, b"{{x}}", b"\xf0\x28\x8c\x28", b"\x80\x04", b"\x1f\x8b",
)  # fmt: skip


def text(dice: Random) -> str:
    """A text that some reader stumbles over."""
    return dice.choice(TEXTS) if dice.random() < 0.8 else dice.choice(TEXTS) + dice.choice(TEXTS)


def value(dice: Random, depth: int = 0) -> Any:
    """A value as JSON and YAML have them."""
    kind = dice.random()
    if kind < 0.35:
        return text(dice)
    if kind < 0.65:
        return dice.choice(NUMBERS)
    if kind < 0.8 or depth > 3:
        return dice.choice((None, True, False, [], {}))
    if kind < 0.9:
        return [value(dice, depth + 1) for _ in range(dice.randint(0, 4))]
    return {text(dice): value(dice, depth + 1) for _ in range(dice.randint(0, 4))}


def changed(dice: Random, found: Any, times: int | None = None) -> Any:
    """Plain data with some of its values exchanged, moved, or taken out; what was given stays."""
    made = json.loads(json.dumps(found))
    for _ in range(times if times is not None else dice.randint(1, 4)):
        _change(dice, made)
    return made


def _change(dice: Random, found: Any) -> None:
    while isinstance(found, (dict, list)) and found:
        key = dice.choice(list(found)) if isinstance(found, dict) else dice.randrange(len(found))
        inner = found[key]
        if isinstance(inner, (dict, list)) and inner and dice.random() < 0.7:
            found = inner
            continue
        what = dice.random()
        if what < 0.75:
            found[key] = value(dice)
        elif what < 0.9:
            del found[key]
        elif isinstance(found, dict):
            found[text(dice)] = inner
        else:
            found.append(inner)
        return


def broken(dice: Random, content: bytes, times: int | None = None) -> bytes:
    """Bytes with pieces flipped, put in, taken out, said twice or cut off."""
    made = bytearray(content)
    for _ in range(times if times is not None else dice.randint(1, 5)):
        at = dice.randint(0, len(made))
        to = min(len(made), at + dice.choice((1, 1, 2, 8, 40, 400)))
        what = dice.randrange(6)
        if what == 0:
            made[at:at] = dice.choice(SCRAPS)
        elif what == 1:
            del made[at:to]
        elif what == 2:
            made[at:at] = made[at:to] * dice.choice((1, 1, 3, 50))
        elif what == 3 and at < len(made):
            made[at] = dice.randrange(256)
        elif what == 4:
            made[at:to] = dice.choice(SCRAPS)
        elif dice.random() < 0.3:
            del made[at:]
    return bytes(made)


def as_json(dice: Random, found: Any) -> bytes:
    """Data as JSON, changed, and at times broken."""
    made = json.dumps(changed(dice, found), ensure_ascii=dice.random() < 0.5).encode(errors="surrogatepass")
    return broken(dice, made) if dice.random() < 0.3 else made
