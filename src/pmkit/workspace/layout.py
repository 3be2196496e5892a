"""Where things lie in a workspace: the only place that knows path names."""

from __future__ import annotations

from pmkit.domain.kind import Kind, Storage
from pmkit.kernel.ids import RecordId

PROFILE = "pmkit.yaml"
PEOPLE = "people.yaml"
PROGRESS = "plan/progress"
SCHEMAS = ".pmkit/schemas"
REPORTS = "reports"
EVIDENCE = "evidence"
TEMPLATES = "templates"
# Folders that hold no records: what was rendered, what was received, what a person restyled.
NO_RECORDS = frozenset({REPORTS, EVIDENCE, TEMPLATES, "documents"})
FLAT_UP_TO = 999
PER_FOLDER = 100


def new_path(kind: Kind, record_id: str) -> str:
    """Where a new record goes: flat up to the 999th, from then on in folders of a hundred."""
    if kind.storage is not Storage.FILE:
        return kind.path or ""
    number = RecordId.find(record_id)
    if number and number.number > FLAT_UP_TO:
        return f"{kind.folder}/{number.number // PER_FOLDER}xx/{record_id}.yaml"
    return f"{kind.folder}/{record_id}.yaml"


def schema_hint(path: str, kind_name: str) -> str:
    """The relative address of a kind's JSON Schema, seen from the file at `path`."""
    return "../" * path.count("/") + f"{SCHEMAS}/{kind_name}.json"


def evidence_path(record_id: str, name: str) -> str:
    """Where a received file is kept: under the record that names it, without the folders it came from."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].lstrip(".") or "file"
    clean = "".join(ch if ch.isprintable() and ch not in '<>:"|?*' else "_" for ch in base)
    return f"{EVIDENCE}/{record_id}/{clean}"


def stays_below(path: str) -> bool:
    """False for a path that by its own words leads out of the workspace: absolute, with a drive, with `..`."""
    plain = path.replace("\\", "/")
    return not (plain.startswith("/") or plain[1:2] == ":" or ".." in plain.split("/"))
