"""Trends in the compute used to train machine-learning systems."""
