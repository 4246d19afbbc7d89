"""Results held against something else: other methods, what is published, simulated truth."""
