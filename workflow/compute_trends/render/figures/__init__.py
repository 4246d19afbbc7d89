"""Figures, drawn at each width and in each format."""
