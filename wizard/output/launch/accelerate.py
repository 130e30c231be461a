"""A config of Accelerate's, and a script for every node that starts `axolotl train` with it."""

from __future__ import annotations

from shlex import quote

from wizard.output.launch.launch import Launch

_PORT = 29500
_NODES = """\
# Run it on every node with the node's number and the address of the first:  bash FILE 0 10.0.0.4
# Each node needs Axolotl, both configs and the data, and has to reach that port of the first.
set -euo pipefail
rank=${1:?"the number of this node, 0 for the first: bash $0 NUMBER ADDRESS"}
head=${2:?"the address of the first node, the same on every node: bash $0 NUMBER ADDRESS"}
"""


def texts(launch: Launch) -> dict[str, str]:
    """Accelerate's config and the script, by their names.

    The config says how many processes there are and nothing of FSDP or DeepSpeed: Axolotl sets those up in each
    process, from its own config. Source: axolotl 0.19.0 docs/multi-node.qmd; utils/trainer.py (`prepare_optim_env`).
    """
    config = launch.beside("accelerate.yaml")
    start = f"{launch.train('accelerate')} --config_file {quote(config)}"
    script = f"#!/usr/bin/env bash\n{launch.head}"
    if launch.nodes == 1:
        script += f"set -euo pipefail\n{start}\n"
    else:
        script += (
            f'{_NODES}{start} \\\n  --machine_rank "$rank" --main_process_ip "$head" --main_process_port {_PORT}\n'
        )
    return {config: launch.head + _config(launch), launch.beside("accelerate.sh"): script}


def _config(launch: Launch) -> str:
    """The fields of Accelerate's ClusterConfig (accelerate 1.13.0 commands/config/config_args.py)."""
    rank = "machine_rank: 0  # the script says it for each node\n" if launch.nodes > 1 else ""
    return f"""\
# FSDP, DeepSpeed and the precision are set by Axolotl, from its own config.
compute_environment: LOCAL_MACHINE
distributed_type: {"MULTI_GPU" if launch.total > 1 else '"NO"'}
num_machines: {launch.nodes}
num_processes: {launch.total}  # the GPUs of all nodes
{rank}mixed_precision: {'"no"' if launch.precision == "no" else launch.precision}
main_training_function: main
rdzv_backend: static
use_cpu: false
debug: false
"""


def command(launch: Launch) -> str:
    """What to type."""
    where = " NUMBER ADDRESS-OF-THE-FIRST   # on each node, 0 is the first" if launch.nodes > 1 else ""
    return f"bash {quote(launch.beside('accelerate.sh'))}{where}"
