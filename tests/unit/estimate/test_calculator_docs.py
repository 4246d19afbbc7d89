"""What the documents say that the calculator prints."""

from __future__ import annotations

import re
import shlex

import pytest
from project import ROOT

from compute_trends.estimate.__main__ import main

START = "    $ python -m compute_trends.estimate "


def examples(file: str) -> list[tuple[list[str], list[str]]]:
    """Arguments of each call in a document, and the lines below it."""
    text = re.sub(r"\\\n +", "", (ROOT / file).read_text())
    found = []
    for part in text.split(START)[1:]:
        call, *below = part.splitlines()
        rest = "\n".join(below).split("\n    $", maxsplit=1)[0]
        shown = re.match(r"(?:    .*\n|\n(?=    ))*", rest + "\n")
        assert shown is not None
        found.append((shlex.split(call), [line[4:] for line in shown[0].splitlines()]))
    return found


@pytest.mark.parametrize("file", ["README.md", "docs/calculator.md"])
def test_the_examples_print_what_is_shown(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    calls = examples(file)
    assert calls
    assert any(shown for _, shown in calls)
    for arguments, shown in calls:
        assert main(arguments) == 0
        printed = capsys.readouterr().out.splitlines()
        for line, real in zip(shown, printed, strict=False):
            if line.endswith("..."):
                assert real.startswith(line.removesuffix("...").rstrip())
            else:
                assert real == line
