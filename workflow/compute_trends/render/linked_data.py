"""Results described for search engines and for programs that load data sets (JSON-LD).

As a schema.org Dataset for the head of the report, and for the results folder by the Croissant
format (http://mlcommons.org/croissant/1.1), with each table and column. No address is in them but
those of licences and sources and, where the report has one, its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from compute_trends.common.records import Record
from compute_trends.render import attribution
from compute_trends.render.citation import Run
from compute_trends.settings.clean import ExportFile, leading_export
from compute_trends.tables.dictionary import schemas

CROISSANT = "http://mlcommons.org/croissant/1.1"
# Terms of the format's context that are its own, and those that hold text in a language
OWN_TERMS = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field"),
    *("fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset"),
    *("jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
CONTEXT: Record = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "description": {"@container": "@language"},
    **{term: f"cr:{term}" for term in OWN_TERMS},
}
# Type of a column by what the tables call it
TYPES = {
    "string": "sc:Text",
    "number": "sc:Float",
    "integer": "sc:Integer",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
}


def dataset(run: Run, exports: Sequence[ExportFile], *, name: str, description: str) -> Record:
    """Results of a run as a schema.org Dataset (https://schema.org/Dataset).

    The day that it is published is that of the newest data, because no file holds the time of a
    run; without exports there is none. Without an address of the report it has none.
    """
    leading, about_data = leading_export(exports), schemas().package
    about: Record = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": name,
        "description": description,
        "license": about_data["licence"]["path"],
        "creator": {"@type": "Organization", "name": attribution.AUTHORS},
        "version": run.version,
        "identifier": run.fingerprint,
        "keywords": list(attribution.KEYWORDS),
        "isAccessibleForFree": True,
        "isBasedOn": list(dict.fromkeys(source["path"] for source in about_data["sources"])),
    }
    if leading is not None:
        about["datePublished"] = leading.date
    if run.address:
        about["url"] = run.address
    return about


def croissant(package: Record, run: Run, exports: Sequence[ExportFile]) -> Record:
    """The results folder in the Croissant format, from its data package.

    Files are named as they lie beside this description.
    """
    words = {"name": package["title"], "description": package["description"]}
    about = dataset(run, exports, **words) | {"@context": CONTEXT, "conformsTo": CROISSANT}
    tables = package["resources"]
    return about | {
        "citeAs": attribution.report(leading_export(exports), version=run.version, url=run.address),
        "distribution": [_file(table) for table in tables],
        "recordSet": [_records(table) for table in tables],
    }


def _file(table: Record) -> Record:
    return {
        "@type": "cr:FileObject",
        "@id": table["path"],
        "name": table["path"],
        "contentUrl": table["path"],
        "encodingFormat": table["mediatype"],
        "sha256": table["hash"].removeprefix("sha256:"),
    }


def _records(table: Record) -> Record:
    """Rows of a table: its key and columns."""
    name, schema = table["name"], table["schema"]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": table["title"],
        "key": [{"@id": f"{name}/{column}"} for column in schema["primaryKey"]],
        "field": [_field(field, table) for field in schema["fields"]],
    }


def _field(field: Record, table: Record) -> Record:
    unit = f" ({field['unit']})" if "unit" in field else ""
    return {
        "@type": "cr:Field",
        "@id": f"{table['name']}/{field['name']}",
        "name": field["name"],
        "description": field["description"] + unit,
        "dataType": TYPES[field["type"]],
        "source": {
            "fileObject": {"@id": table["path"]},
            "extract": {"column": field["name"]},
        },
    }
