from __future__ import annotations

from importlib import metadata
from pathlib import Path

from compute_trends.provenance import file_checksums, software_versions


def test_checksum_of_a_known_text(tmp_path: Path) -> None:
    path = tmp_path / "abc"
    path.write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert file_checksums([str(path)]) == {str(path): expected}


def test_versions_are_those_installed() -> None:
    assert software_versions()["numpy"] == metadata.version("numpy")
