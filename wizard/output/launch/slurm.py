"""A batch script for Slurm: one task per node, each starts torchrun, and they meet on the first host."""

from __future__ import annotations

from shlex import quote

from wizard.output.launch.launch import Launch

_SITE = """\
# What your site asks for; take one # away and fill it in:
##SBATCH --partition=
##SBATCH --account=
##SBATCH --time=
##SBATCH --cpus-per-task=

# Make Axolotl known here, as your site does it (module load ..., source .../bin/activate).

set -euo pipefail
if [ -n "${SLURM_CPUS_PER_TASK:-}" ]; then
  export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK  # since Slurm 22.05 srun does not take it over by itself
fi
mapfile -t hosts < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
head=${hosts[0]:?"Slurm names no host"}
port=$((20000 + SLURM_JOB_ID % 10000))  # jobs that share a host take different ones
"""


def texts(launch: Launch) -> dict[str, str]:
    """The script by its name.

    Source: slurm.schedmd.com/sbatch.html (directives, SLURM_JOB_ID, SLURM_JOB_NODELIST), scontrol.html
    (`show hostnames`); axolotl 0.19.0 docs/multi-node.qmd (torchrun).
    """
    script = f"""\
#!/bin/bash
{launch.head}\
#SBATCH --job-name={launch.title}
#SBATCH --nodes={launch.nodes}
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node={launch.gpus}
#SBATCH --output=%x-%j.out
{_SITE}\
srun {launch.train("torchrun")} \\
  --nnodes={launch.nodes} --nproc_per_node={launch.gpus} \\
  --rdzv_backend=c10d --rdzv_id="$SLURM_JOB_ID" --rdzv_endpoint="$head:$port"
"""
    return {launch.beside("slurm"): script}


def command(launch: Launch) -> str:
    """What to type."""
    return f"sbatch {quote(launch.beside('slurm'))}"
