"""JSON schema of config.yaml for editors, made from the typed settings."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from compute_trends.common.project import SCHEMAS
from compute_trends.settings.models import Settings


class _EditorSchema(GenerateJsonSchema):
    """Without titles that repeat the key, and without None, which nobody may write."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        if schema.get("default", self) is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def editor_schema() -> str:
    """Text of ``workflow/schemas/config.schema.json``.

    An editor that knows it (see the first line of config.yaml) shows what a key means while
    it is typed. It knows types, ranges and words, not what spans several keys.
    """
    schema = Settings.model_json_schema(schema_generator=_EditorSchema)
    sections = schema.pop("$defs")
    top = json.dumps({"$schema": GenerateJsonSchema.schema_dialect} | schema, ensure_ascii=False)
    # A line for each section, so that a change of one is a change of one line.
    lines = [f'"{name}": {json.dumps(part, ensure_ascii=False)}' for name, part in sections.items()]
    return top.removesuffix("}") + ', "$defs": {\n' + ",\n".join(lines) + "\n}}\n"


if __name__ == "__main__":
    (SCHEMAS / "config.schema.json").write_text(editor_schema(), encoding="utf-8")
