"""Where things lie in a workspace: the only place that knows path names."""

from __future__ import annotations

import re

from pmkit.domain.kind import Kind, Storage
from pmkit.kernel.ids import RecordId

PROFILE = "pmkit.yaml"
PEOPLE = "people.yaml"
PARTIES = "parties.yaml"
ITEMS = "items.yaml"
CRM = "crm.yaml"
CRM_LINKS = "crm/links"  # what is linked to what in a CRM, and how it last stood: written by pmkit alone
PROGRESS = "plan/progress"
SCHEMAS = ".pmkit/schemas"
REPORTS = "reports"
EVIDENCE = "evidence"
TEMPLATES = "templates"
DOCUMENTS = "documents"
CLOSURES = "closures"
# Folders for files that are no records: what was rendered, what was received, what a person restyled. In `documents/`
# the register stands beside the files that it names.
NO_RECORDS = frozenset({REPORTS, EVIDENCE, TEMPLATES, DOCUMENTS})
_REGISTER = re.compile(rf"{DOCUMENTS}/(?:[0-9]+xx/)?DOC-[0-9]{{1,9}}\.yaml\Z")
_HUNDRED = re.compile(r"[0-9]+xx\Z")
_ENDINGS = frozenset({"jpg", "jpeg", "png", "webp", "gif"})
FLAT_UP_TO = 999
PER_FOLDER = 100


def may_be_record(path: str) -> bool:
    """False for a file that lies among those that are no records, whatever its name."""
    folder, _, below = path.partition("/")
    return not below or folder not in NO_RECORDS or _REGISTER.match(path) is not None


def may_enter(prefix: str, name: str) -> bool:
    """True where records can lie below the folder `name`; `prefix` leads to it, with a `/` at its end."""
    if name.startswith("."):
        return False
    if not prefix:
        return name == DOCUMENTS or name not in NO_RECORDS
    return not prefix.startswith(f"{DOCUMENTS}/") or (prefix.count("/") == 1 and _HUNDRED.match(name) is not None)


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
    return f"{EVIDENCE}/{record_id}/{plain_name(name.replace(chr(92), '/').rsplit('/', 1)[-1])}"


def photo_path(sha256: str, name: str) -> str:
    """Where a photo is kept: by what it shows, so that one that is filed twice lies there once."""
    ending = name.rpartition(".")[2].lower()
    return f"{EVIDENCE}/photos/{sha256[:16]}.{ending if ending in _ENDINGS else 'jpg'}"


def document_path(record_id: str, name: str) -> str:
    """Where a registered file is kept that comes from elsewhere: beside the record that names it."""
    return f"{DOCUMENTS}/{record_id}/{plain_name(name)}"


def plain_name(name: str) -> str:
    """A file's name that every system takes; never hidden, never empty."""
    kept = "".join(ch if ch.isprintable() and ch not in '<>:"|?*/\\' else "_" for ch in name)
    return kept.lstrip(".") or "file"


def stays_below(path: str) -> bool:
    """False for a path that by its own words leads out of the workspace: absolute, with a drive, with `..`."""
    plain = path.replace("\\", "/")
    return not (plain.startswith("/") or plain[1:2] == ":" or ".." in plain.split("/"))
