"""Trends in the compute used to train machine-learning systems."""

import gc

# A job makes many objects and no heaps of garbage: looking for it at every 700 new ones takes a
# tenth of the time of imports and of drawing.
gc.set_threshold(100_000, 50, 100)
