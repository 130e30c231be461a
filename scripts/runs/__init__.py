"""The run judge: the real Axolotl trains what memwizard writes, two steps on a CPU, with a small random model."""
