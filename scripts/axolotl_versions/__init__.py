"""The facts of Axolotl's versions, made from its packages, and what differs between two of them."""
