from __future__ import annotations

import os
from pathlib import Path

import pytest
from project import ROOT

from compute_trends.common.project import PROJECT, lead_python_path


def test_the_library_of_the_workflow_leads_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PROJECT == ROOT
    for before in ("", f"elsewhere{os.pathsep}more"):
        monkeypatch.setenv("PYTHONPATH", before)
        lead_python_path(ROOT / "workflow")
        own = str(ROOT / "workflow")
        assert os.environ["PYTHONPATH"].split(os.pathsep) == [
            own,
            *filter(None, before.split(os.pathsep)),
        ]


def test_the_library_of_another_checkout_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "as it was")
    with pytest.raises(RuntimeError, match="another checkout"):
        lead_python_path(tmp_path / "workflow")
    assert os.environ["PYTHONPATH"] == "as it was"
