"""A script for every node: `axolotl train` with torchrun."""

from __future__ import annotations

from shlex import quote

from wizard.output.launch.launch import PORT, Launch

_NODES = """\
# Run it on every node, each time with the address of the first:  bash FILE 10.0.0.4
# Each node needs Axolotl, this config and the data, and has to reach that port of the first.
set -euo pipefail
head=${1:?"the address of the first node, the same on every node: bash $0 ADDRESS"}
# Where the wrong network is taken (see ip addr):
# export NCCL_SOCKET_IFNAME=eth0 GLOO_SOCKET_IFNAME=eth0
"""


def texts(launch: Launch) -> dict[str, str]:
    """The script by its name.

    On several nodes the run's id has to be written out: without it Axolotl makes a new one on each node, and they
    never meet. Source: axolotl 0.19.0 docs/multi-node.qmd; cli/utils/train.py (`_add_default_rdzv_args`).
    """
    start = f"#!/usr/bin/env bash\n{launch.head}"
    if launch.nodes == 1:
        text = f"{start}set -euo pipefail\n{launch.train('torchrun')} --standalone --nproc_per_node={launch.gpus}\n"
    else:
        meet = f'--rdzv_backend=c10d --rdzv_id={launch.title} --rdzv_endpoint="$head:{PORT}"'
        ranks = f"--nnodes={launch.nodes} --nproc_per_node={launch.gpus}"
        text = f"{start}{_NODES}{launch.train('torchrun')} \\\n  {ranks} \\\n  {meet}\n"
    return {launch.beside("torchrun.sh"): text}


def command(launch: Launch) -> str:
    """What to type."""
    address = " ADDRESS-OF-THE-FIRST   # on each node" if launch.nodes > 1 else ""
    return f"bash {quote(launch.beside('torchrun.sh'))}{address}"
