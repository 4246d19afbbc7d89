"""What is no file, or no text, is told as what it is."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import socket
import tarfile
import zipfile
from pathlib import Path

import pytest

from compute_trends.common.files import no_file, no_text, read_text_file
from compute_trends.common.problems import InputError

TABLE = "Model,Publication date,Training compute (FLOP)\n" + "Net α,2012-03-01,1e18\n" * 50


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, TABLE)
    return data.getvalue()


def tarred() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        entry = tarfile.TarInfo("a.csv")
        entry.size = len(TABLE.encode())
        archive.addfile(entry, io.BytesIO(TABLE.encode()))
    return data.getvalue()


KINDS = {
    "a zip": zipped("a.csv"),
    "an empty zip": zipped(),
    "a workbook": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "a gzip file": gzip.compress(TABLE.encode()),
    "a bzip2 file": bz2.compress(TABLE.encode()),
    "an xz file": lzma.compress(TABLE.encode()),
    "an archive (tar)": tarred(),
    "a workbook (of Excel before 2007)": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512),
    "a PDF": b"%PDF-1.7\n1 0 obj\n",
    "a Parquet file": b"PAR1" + bytes(range(256)),
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d\n",
    "64 bytes of nothing but zeros, as a crash leaves them": bytes(64),
    "bytes that are no text": bytes(range(1, 32)) * 20,
    "text in UTF-16 without a mark": TABLE.encode("utf-16-le"),
    "text in UTF-16 without a mark ": TABLE.encode("utf-16-be"),
    "text in UTF-32": TABLE.encode("utf-32"),
    "text in UTF-32 without a mark": TABLE.encode("utf-32-le"),
    "text in UTF-32 without a mark ": TABLE.encode("utf-32-be"),
    "a web page (HTML): <!DOCTYPE html> <p>404</p>": b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<p>404</p>",
    "a web page (HTML): <html>": "<html>".encode("utf-16"),
    "a web page (HTML): <div>Sign in</div>": b"<div>Sign in</div>",
    "a web page (HTML): From: <Saved by Blink>": b"From: <Saved by Blink>\n",
    "a web page or XML: <?xml version='1.0'?><x/>": b"<?xml version='1.0'?><x/>",
    'JSON: {"error": "rate limit"}': b'{"error": "rate limit"}\n',
    "JSON: [[1, 2]]": b"[[1, 2]]",
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_text_says_what_it_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(KINDS[kind])
    with pytest.raises(InputError) as error:
        read_text_file(path)
    [problem] = error.value.problems
    assert (problem.file, problem.value) == (str(path), kind.rstrip())
    assert problem.expected.startswith("CSV: ")


@pytest.mark.parametrize(
    "data",
    [
        *(TABLE.encode(coding) for coding in ("utf-8", "utf-8-sig", "utf-16", "cp1253")),
        "名,日\n文,2012\n".encode(),
        "名,日\n文,2012\n".encode("utf-16"),
        b"",
        b"a,b\n1,\x07\x00\n",
        b"[Deprecated] Size,Model\n1,Net\n",
        b'"<b>",x\n1,2\n',
        b"a < b,c\n1,2\n",
    ],
)
def test_text_is_text_in_any_encoding_that_tells_itself(data: bytes) -> None:
    assert no_text(data) is None


def test_json_is_yaml(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"seed": 1}')
    assert read_text_file(path, "YAML") == b'{"seed": 1}'
    path.write_bytes(KINDS["a gzip file"])
    with pytest.raises(InputError, match="found 'a gzip file', expected YAML: unpack it"):
        read_text_file(path, "YAML")


def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").write_text("a,b\n", encoding="utf-8")
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as open_socket:
        os.chdir(tmp_path)  # The name of a socket must be short.
        open_socket.bind("socket")
        os.chdir(here)
        found = {
            name: no_file(tmp_path / name)
            for name in ("", "pipe", "socket", "link", "loop", "none", "file/none", "file")
        }
    assert found == {
        "": "a folder",
        "pipe": "a pipe",
        "socket": "a socket",
        "link": "a link to nothing",
        "loop": "a link to nothing",
        "none": "no such file",
        "file/none": "no such file",
        "file": None,
    }
    assert no_file("/dev/null") == "a device"
    assert no_file("a\0b") == "a path with a sign that no path holds"
    assert str(no_file(tmp_path / ("x" * 300))).endswith("bytes, which no file has")
    with pytest.raises(InputError, match="pipe: found 'a pipe', expected a file that can be read"):
        read_text_file(tmp_path / "pipe")
