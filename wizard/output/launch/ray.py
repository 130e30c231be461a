"""The fields by which Axolotl trains over Ray, and the commands that make the cluster."""

from __future__ import annotations

from shlex import quote

from wizard.output.launch.launch import Launch

_PORT = 6379
_CASES = """\
# 1. on the first node:      bash FILE head
# 2. on every other node:    bash FILE worker ADDRESS-OF-THE-FIRST
# 3. again on the first:     bash FILE train
# Each node needs Axolotl with Ray (pip install 'axolotl[ray]'). Ray Train keeps checkpoints in output_dir:
# over several nodes it has to be on storage that all of them share.
set -euo pipefail
case ${1:-} in
"""


def changes(launch: Launch) -> dict[str, object]:
    """What the config has to say. Source: axolotl 0.19.0 docs/ray-integration.qmd."""
    return {"use_ray": True, "ray_num_workers": launch.total, "resources_per_worker": {"GPU": 1}}


def texts(launch: Launch) -> dict[str, str]:
    """The script by its name.

    `--use-ray` has to be there although the config says it: by the option alone Axolotl leaves out Accelerate, which
    would start Ray once for each GPU. Source: axolotl 0.19.0 cli/main.py (`train`); docs/ray-integration.qmd.
    """
    script = f"""\
#!/usr/bin/env bash
{launch.head}{_CASES}\
head)
  ray start --head --port={_PORT} --num-gpus={launch.gpus}
  ;;
worker)
  head=${{2:?"the address of the first node: bash $0 worker ADDRESS"}}
  ray start --address="$head:{_PORT}" --num-gpus={launch.gpus}
  ;;
train)
  ray status
  axolotl train {quote(launch.config)} --use-ray
  ;;
*)
  echo "bash $0 head, worker ADDRESS or train" >&2
  exit 2
  ;;
esac
"""
    return {launch.beside("ray.sh"): script}


def command(launch: Launch) -> str:
    """What to type."""
    script = quote(launch.beside("ray.sh"))
    others = f"\nbash {script} worker ADDRESS-OF-THE-FIRST   # on every other node" if launch.nodes > 1 else ""
    return f"bash {script} head{others}\nbash {script} train"
