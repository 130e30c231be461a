"""`memwizard fit -o`, `--write` and `--diff`: the best as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.cli.common import shown
from wizard.cli.echo import echo
from wizard.cli.fit_options import Asked
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.machine import Machine
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.fit.answer import FitAnswer
    from wizard.fit.search import Found


def write(asked: Asked, found: FitAnswer) -> int:
    """Write what was found, or show what it would change in the person's file; 1 where nothing fits.

    Raises InputError where a file is there already and nobody can be asked, Abort where the person says no.
    """
    best = found.found
    if best is None:
        short = f"; with rows of {found.short.choice.length:,} tokens something does" if found.short else ""
        known = "nothing fits" if found.free is not None else "no GPU is known: name one with --gpu"
        echo(f"memwizard: {known}{short}; nothing written", err=True)
        return 1
    if asked.file is None:
        text = new_config(best.plan, found.model, found.machine)
    else:
        text = _rewritten(asked.file, best, found)
    if asked.diff:
        from wizard.domain.diff import unified
        from wizard.world.yamlfile import read_text

        assert asked.file is not None
        echo(unified(read_text(asked.file), text, shown(asked.file)), nl=False)
        return 0
    from wizard.cli.writing import write as put_into

    output = asked.output or asked.file
    assert output is not None
    put_into({output: text}, asked.overwrite)
    echo(f"{best.plan.get('base_model') or found.model.id}: {best.choice.says}", err=True)
    next_steps(output)
    return 0


def new_config(plan: Plan, model: Model, machine: Machine | None) -> str:
    """A new file."""
    from wizard.output.yaml import document, faithful
    from wizard.review import review
    from wizard.session.fixes import with_safe_fixes

    judged = review(with_safe_fixes(plan, model, machine, {}), model, machine)
    return faithful(document(judged), judged.plan)


def next_steps(output: str) -> None:
    """The commands that come next, on stderr."""
    from wizard.output.text.next_steps import commands

    if output != "-":
        echo("\n  ".join(["next:", *commands(output).splitlines()]), err=True)


def _rewritten(file: str, best: Found, found: FitAnswer) -> str:
    """The person's own file with the fields of the best changed; every other byte as it is, but what we say in it."""
    from wizard.output.retold import retold
    from wizard.review import review
    from wizard.world.rewrite import rewrite
    from wizard.world.yamlfile import read_text

    text = read_text(file)
    try:
        made = rewrite(text, best.changes, file)
    except InputError as error:
        raise InputError(f"{error.message}; `memwizard --config {shown(file)}` can do it by hand", file=file) from None
    return retold(text, made, review(best.plan, found.model, found.machine))
