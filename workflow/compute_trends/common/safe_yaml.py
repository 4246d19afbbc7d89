"""The one reader of YAML files that cannot run code."""

from __future__ import annotations

from typing import Any

import yaml

# Several times faster where PyYAML was built with it; each job waits for it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml_text(text: str) -> Any:
    """Content of a YAML text."""
    return yaml.load(text, Loader=LOADER)
