"""config.yaml: read, checked, and as typed objects."""
