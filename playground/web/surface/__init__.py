"""Optimizers on surfaces, and the loss of a network as one."""
