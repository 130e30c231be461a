"""Runs on several GPUs, one of whose processes is simulated: loading, division, and training steps.

The process group is torch's own fake one: collectives return at once, with buffers of the right sizes. FSDP is the real
one of torch, made by the real functions of Axolotl and accelerate on fake tensors; the sizes of storages that FSDP
empties and fills again are followed. ZeRO 3 is not run: it needs CUDA when it is imported.
"""
