"""Stage estimate: training compute of each system, on each basis."""
