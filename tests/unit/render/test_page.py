from __future__ import annotations

import base64
import hashlib
import json
import zlib

import pytest

from compute_trends.render.page import (
    archive,
    content_policy,
    contents,
    data_uri,
    inline_script,
    packed_file,
    saved_file,
)


def heading(level: int, anchor: str, title: str) -> str:
    return f'<h{level} id="{anchor}">{title} <a class="permalink" href="#{anchor}">#</a></h{level}>'


def test_a_file_becomes_an_address_with_its_bytes() -> None:
    content = b"a,b\n1,\xe2\x88\x9e\n"
    kind, _, held = data_uri("table1.csv", content).partition(";base64,")
    assert kind == "data:text/csv"
    assert base64.b64decode(held) == content
    saved = saved_file("table1.csv", content)
    assert (saved["name"], saved["format"]) == ("table1.csv", "CSV")


def test_the_archive_holds_every_text_under_its_name() -> None:
    file = packed_file("disagreements", "results/estimates.tex", "10 × </script>")
    assert (file["name"], file["format"]) == ("disagreements.tex", "LaTeX")
    packed = archive([file])
    assert "<" not in packed
    assert json.loads(zlib.decompress(base64.b64decode(packed))) == {
        "disagreements.tex": "10 × </script>"
    }


def test_contents_follow_the_headings() -> None:
    body = (
        heading(2, "a", "First") + heading(3, "a1", "Part &amp; parcel") + heading(2, "b", "Next")
    )
    first, second = contents(body)
    assert (first["id"], first["title"]) == ("a", "First")
    assert [(part["id"], str(part["title"])) for part in first["parts"]] == [
        ("a1", "Part &amp; parcel")
    ]
    assert second["parts"] == []


def test_a_script_that_would_end_its_element_is_refused() -> None:
    assert inline_script("a();", "b();") == "a();\nb();"
    for text in ("x = '</SCRIPT>'", "x = '<!-- '"):
        with pytest.raises(ValueError, match="would end it early"):
            inline_script(text)


def test_the_policy_holds_the_hash_of_the_script() -> None:
    digest = base64.b64encode(hashlib.sha256(b"run()").digest()).decode()
    policy = content_policy("run()")
    assert f"script-src 'sha256-{digest}';" in policy
    assert "unsafe-eval" not in policy and "http" not in policy
