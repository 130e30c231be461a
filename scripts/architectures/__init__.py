"""What each architecture can do in a version of Axolotl, tried with small random models of it on a CPU."""
