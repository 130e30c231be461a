"""A task for SkyPilot that asks for the planned GPU, or for any that the estimate fits."""

from __future__ import annotations

from pathlib import PurePath
from shlex import quote

import yaml

from wizard.domain.errors import InputError
from wizard.knowledge.skypilot import accelerators, that_hold
from wizard.output.launch.launch import PORT, Launch

_HELP = """\
# This folder goes along to every node; .skyignore keeps files out. What training writes is lost with `sky down`.
# For a gated model add `--secret HF_TOKEN` to `sky launch`: the token is taken from your shell and stays out of here.
"""
_RUN = """\
# the image's entrypoint would source this; SkyPilot goes past the entrypoint
source /workspace/axolotl/scripts/cuda13_env.sh
"""
_NODES = """\
# the network card that leads out: the host's own name may lead to 127.0.1.1
card=$(awk '$2=="00000000" {print $1; exit}' /proc/net/route)
export GLOO_SOCKET_IFNAME=$card NCCL_SOCKET_IFNAME=$card
head=$(echo "$SKYPILOT_NODE_IPS" | head -n1)
"""


class _TaskDumper(yaml.SafeDumper):
    """Text of several lines as a block."""


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_TaskDumper.add_representer(str, _block)


def texts(launch: Launch) -> dict[str, str]:
    """The task by its name.

    Raises InputError for a GPU that SkyPilot has no name for, and for a config outside the folder that goes along.
    Source: axolotl 0.19.0 docs/skypilot.qmd; docs.skypilot.co/en/latest/reference/yaml-spec.html.
    """
    path = PurePath(launch.config)
    if path.is_absolute() or ".." in path.parts:
        raise InputError("SkyPilot takes along the folder you are in: put the config into it", file=launch.config)
    resources: dict[str, object] = {"accelerators": _asked(launch), "image_id": "docker:axolotlai/axolotl:main-latest"}
    task: dict[str, object] = {"name": launch.title.lower(), "num_nodes": launch.nodes, "workdir": "."}
    task |= {"resources": resources, "run": _run(launch)}
    text = yaml.dump(task, Dumper=_TaskDumper, sort_keys=False, default_flow_style=False, width=10**9)
    return {launch.beside("sky.yaml"): f"{launch.head}{_HELP}{text}"}


def _run(launch: Launch) -> str:
    """What SkyPilot runs on every node."""
    train = launch.train("torchrun")
    if launch.nodes == 1:
        return f'{_RUN}{train} --standalone --nproc_per_node="$SKYPILOT_NUM_GPUS_PER_NODE"\n'
    return f"""\
{_RUN}{_NODES}\
{train} \\
  --nnodes={launch.nodes} --nproc_per_node="$SKYPILOT_NUM_GPUS_PER_NODE" --node_rank="$SKYPILOT_NODE_RANK" \\
  --master_addr="$head" --master_port={PORT}
"""


def _asked(launch: Launch) -> str | dict[str, int]:
    """`H100:8`, or each GPU that will do with its number: SkyPilot takes the cheapest it can get."""
    kinds = set(launch.names)
    if len(kinds) > 1:
        raise InputError("SkyPilot gives GPUs of one kind: name a machine of one kind", about="gpu")
    (name,) = kinds
    if name is None and launch.need_bytes is None:
        words = "SkyPilot has to know the GPU or what the plan needs: name a GPU of the catalogue"
        raise InputError(words, about="gpu")
    found = that_hold(launch.need_bytes or 0) if name is None else accelerators(name)
    if not found:
        others = ", ".join(that_hold(launch.need_bytes or 0)[:5]) or "no other that holds this plan"
        raise InputError(f"SkyPilot has no name for {name or 'a GPU this large'}; it has {others}", about="gpu")
    return f"{found[0]}:{launch.gpus}" if len(found) == 1 else dict.fromkeys(found, launch.gpus)


def command(launch: Launch) -> str:
    """What to type."""
    return f"sky launch -c {launch.title.lower()} {quote(launch.beside('sky.yaml'))}"
