"""Stage clean: raw rows as systems with typed values, a key and a date."""
