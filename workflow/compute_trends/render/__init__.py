"""Stage render: figures, tables and the report."""
