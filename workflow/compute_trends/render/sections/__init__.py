"""Sections of the report: the numbers that each template shows."""
