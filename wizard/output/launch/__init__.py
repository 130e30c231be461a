"""What starts a plan on several GPUs or nodes: one file per kind, all of them text from values."""
