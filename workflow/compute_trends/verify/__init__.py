"""Results held against other results: computed again here, or by another machine.

``python -m compute_trends.verify`` computes everything again; ``python -m
compute_trends.verify.folders ONE OTHER`` compares two folders of results. Where bytes differ, files
are compared by what they hold: on another kind of processor sums come in another order, so that the
last of 16 digits differ (``tolerance`` in tables.yaml says by how much they may).
"""
