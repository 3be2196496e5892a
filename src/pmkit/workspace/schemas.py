"""JSON Schemas of the record files, for editors and for whoever reads the files without pmkit."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from pmkit.domain.kind import Kind, Storage, about
from pmkit.domain.registry import kinds

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(kind: Kind) -> dict[str, Any]:
    """The schema of a kind's file: one record, or the list that holds the records."""
    schema = kind.model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    _label(schema, kind.model)
    for model in _parts(kind.model):
        if model.__name__ in definitions:
            _label(definitions[model.__name__], model)
    if kind.storage is Storage.LIST and kind.path:
        items = schema
        schema = {
            "type": "object",
            "additionalProperties": False,
            "properties": {kind.list_key: {"type": ["array", "null"], "items": items}},
        }
    elif kind.storage is not Storage.LIST:
        schema["properties"].pop("id", None)
        schema["required"] = [name for name in schema.get("required", []) if name != "id"]
    title = f"{kind.label.zh} / {kind.label.en}"
    schema = {"$schema": DIALECT, **schema, "title": title}
    return {**schema, "$defs": definitions} if definitions else schema


def schema_files() -> dict[str, dict[str, Any]]:
    """Every schema that a file's first line may name, by the kind's name. Tasks stand in the phase's."""
    return {k.name: schema_of(k) for k in kinds() if k.storage is not Storage.LIST or k.path}


def _label(schema: dict[str, Any], model: type[BaseModel]) -> None:
    for key, what in about(model).items():
        if key in schema.get("properties", {}):
            schema["properties"][key]["title"] = f"{what.zh} / {what.en}"


def _parts(model: type[BaseModel]) -> set[type[BaseModel]]:
    from typing import get_args

    found: set[type[BaseModel]] = set()
    pending: list[Any] = [info.annotation for info in model.model_fields.values()]
    while pending:
        kind = pending.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind not in found:
                found.add(kind)
                pending += [info.annotation for info in kind.model_fields.values()]
        else:
            pending += get_args(kind)
    return found
