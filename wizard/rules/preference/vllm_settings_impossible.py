"""MW772."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding
from wizard.domain.values import flag, mapping
from wizard.rules.registry import Rule, Subject, rule


@rule("MW772", "vllm-settings-impossible", "error", keys=("trl", "vllm"), crashes="The vLLM server can't be reached at")
def vllm_settings_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """vLLM's address or share of memory that can't be.

    What it checks
        With `trl.use_vllm`: `trl.vllm_server_host`, or `vllm.host`, that has a scheme, a port or a path with it; and
        `vllm.gpu_memory_utilization` that is not above 0 and at most 1.

    Why it matters
        TRL puts `http://` before the host and the port behind it: `http://http://...` is reached by nobody, and the run
        waits, then dies: "The vLLM server can't be reached". Of the memory vLLM takes a share, not percents.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              num_generations: 4
              use_vllm: true
              vllm_mode: server
              vllm_server_host: http://10.0.0.2:8000

        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              num_generations: 4
              use_vllm: true
              vllm_mode: colocate
            vllm:
              max_model_len: 2048
              gpu_memory_utilization: 30

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              num_generations: 4
              use_vllm: true
              vllm_mode: server
              vllm_server_host: 10.0.0.2
              vllm_server_port: 8000

    Fix
        The bare name or address, with `trl.vllm_server_port` beside it; 0.3 for 30 %. There is none to apply.

    Source
        trl 1.14.1 generation/vllm_client.py (base_url, check_server); axolotl 0.21.0 core/trainers/grpo/__init__.py:88
        (read); vLLM's CacheConfig takes a share above 0 and up to 1
    """
    plan, block, served = subject.plan, batch.trl(subject.plan), mapping(subject.plan, "vllm")
    if preference.rl(plan) not in preference.LEARNS or not flag(block.get("use_vllm")):
        return
    path, host = "trl.vllm_server_host", block.get("vllm_server_host")
    if not host:
        path, host = "vllm.host", served.get("host")
    if isinstance(host, str) and block.get("vllm_mode") != "colocate" and ("/" in host or host.count(":") == 1):
        message = f"{path}: {host} is no bare host: TRL puts http:// before it and a port behind, and reaches nobody"
        yield self.finding(message, path, plan=plan)
    share = served.get("gpu_memory_utilization")
    if isinstance(share, (int, float)) and not isinstance(share, bool) and not 0 < share <= 1:
        message = f"vllm.gpu_memory_utilization is {share:g}, and is a share above 0 and up to 1: vLLM does not start"
        yield self.finding(message, "vllm.gpu_memory_utilization", plan=plan)
