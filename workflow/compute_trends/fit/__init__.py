"""Stage fit: log-linear trends of selected systems."""
