"""MW765."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_NAME = re.compile(r"(\b[\w\-.]+\b/)?\b[\w\-.]{1,96}\b")
"""huggingface_hub's own REPO_ID_REGEX."""


@rule("MW765", "hub-id-impossible", "error", fix="unsafe", keys=("hub_model_id",), crashes="Repo id must")
def hub_id_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A `hub_model_id` that can't be the name of a repository.

    What it checks
        Whether it is `name` or `owner/name` of letters, digits, `-`, `_` and `.`, at most 96 of them, without `--`,
        `..` or `.git` at the end.

    Why it matters
        Axolotl takes any text. The trainer makes the repository as it begins, after the rows were prepared and the
        model loaded, and stops there ("Repo id must be in the form 'repo_name' or 'namespace/repo_name'").

    Example
        Bad:
            hub_model_id: me/my model

        Bad:
            hub_model_id: https://huggingface.co/me/model

        Good:
            hub_model_id: me/my-model

    Fix
        An address loses what stands before the owner, and what can't stand in a name becomes `-`. Not safe: another
        repository is written to.

    Source
        huggingface_hub 1.31 utils/_validators.py validate_repo_id; axolotl 0.21.0 (trained with on a CPU)
    """
    written = subject.plan.get("hub_model_id")
    if not isinstance(written, str) or not written or possible(written):
        return
    mended = _mended(written)
    fix = Fix({"hub_model_id": mended}, "unsafe", f"hub_model_id: {mended}") if possible(mended) else None
    message = f"hub_model_id {subject.plan.shown('hub_model_id')} can't be a repository's name (name or owner/name of "
    message += "letters, digits, `-`, `_` and `.`): the run stops as training begins"
    yield self.finding(message, "hub_model_id", plan=subject.plan, fix=fix)


def possible(name: str) -> bool:
    """Whether huggingface_hub takes it for a repository's name."""
    return bool(_NAME.fullmatch(name)) and "--" not in name and ".." not in name and not name.endswith(".git")


def _mended(name: str) -> str:
    bare = re.sub(r"^(https?://)?(www\.)?(huggingface\.co|hf\.co)/(models/)?", "", name.strip()).removesuffix(".git")
    parts = [re.sub(r"[^\w.]+", "-", part).strip("-.") for part in bare.strip("/").split("/")]
    return re.sub(r"\.{2,}", ".", "/".join(parts))
