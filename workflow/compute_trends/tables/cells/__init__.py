"""Spreadsheet habits: files, numbers and dates as people's programs write them."""
