"""Access tokens, keys and passwords: known by their form or by the name of their key; never shown, never kept."""

from __future__ import annotations

import re
from collections.abc import Mapping

HIDDEN = "***"
_NAMED = re.compile(
    r"(?:.*[_.-])?(?:(?:(?:hf|hub|auth|access|bearer|private|trackio|mlflow)_?token)|\w*(?:api_?key|secret(?:_key)?|passw(?:or)?d))",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"[\w.-]{0,40}\Z")
_FORMS = re.compile(
    r"\b(?:hf_[A-Za-z0-9]{16,}|api_org_[A-Za-z0-9]{16,}|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}"
    r"|sk-[\w-]{16,}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{10,})"  # Hugging Face, GitHub, GitLab, OpenAI and kin, AWS, Slack
)
_IN_URL = re.compile(r"(?<=://)[^/\s@:'\"]+(?::[^/\s@'\"]*)?(?=@)")
_AFTER_NAME = re.compile(
    r"(?P<name>(?:token|api_?key|secret(?:_key)?|passw(?:or)?d)[\"']?[ \t]{0,9}(?::|=|is(?= '))[ \t]{0,9})"
    r"(?:(?P<quote>[\"'])(?P<text>[^\"'\n]{1,500})(?P=quote)"
    r"|(?P<word>[^\s\"'`{}\[\],#|>&*]{1,500})(?=[ \t]{0,9}(?:$|[,}#\"'])))",
    re.IGNORECASE | re.MULTILINE,
)  # bounded everywhere, so that no text takes longer than its length
_SWITCHES = frozenset({"true", "false", "yes", "no", "on", "off", "null", "~", "none", HIDDEN})


def masked(text: str) -> str:
    """The text with `***` in place of each secret in it."""
    if "://" in text:
        text = _IN_URL.sub(HIDDEN, text)
    return _AFTER_NAME.sub(_hide, _FORMS.sub(HIDDEN, text))


def is_secret(key: str, value: object) -> bool:
    """Whether a value, or a part of it, may not be kept."""
    if isinstance(value, str):
        return masked(value) != value or (
            _NAMED.fullmatch(key) is not None and value.lower() not in _SWITCHES and value != ""
        )
    if isinstance(value, Mapping):
        return any(is_secret(str(name), one) for name, one in value.items())
    return any(is_secret(key, one) for one in value) if isinstance(value, (list, tuple)) else False


def _hide(match: re.Match[str]) -> str:
    value = match["text"] or match["word"]
    if value.lower() in _SWITCHES or value.startswith("$"):  # a variable's name is no secret
        return match[0]
    begun = _BEFORE.search(match.string, max(0, match.start() - 40), match.start())
    name = (begun[0] if begun else "") + re.split("[\"' \t:=]", match["name"])[0]
    if _NAMED.fullmatch(name) is None:
        return match[0]
    return f"{match['name']}{match['quote'] or ''}{HIDDEN}{match['quote'] or ''}"
