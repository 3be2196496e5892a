"""A new project: the files that `init` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pmkit.domain.approval import DEFAULT_LEVELS, DEFAULT_NO_CONTRACT_PRICE
from pmkit.domain.kind import file_data
from pmkit.domain.people import PERSON
from pmkit.domain.problems import validated
from pmkit.domain.project import FORMAT, PROJECT, Project
from pmkit.kernel.text import Text
from pmkit.workspace.edits import Acting, Attach, Change, Create, Edits
from pmkit.workspace.layout import PEOPLE, PROFILE, SCHEMAS
from pmkit.workspace.schemas import schema_files

# Line-ending conversion would change the SHA-256 of what the customer sent. Where git does not know the merge driver,
# it merges by lines.
GITATTRIBUTES = "*.yaml -text merge=pmkit\nevidence/** -text -diff\ndocuments/** -text\n"
GITIGNORE = "/reports/\n"


def new_project(values: Mapping[str, Any], acting: Acting) -> Edits:
    """Profile, people, schemas and git's attributes. The approval matrix is written out, to be read and edited."""
    lang = values["language"]
    raw = {
        "format": FORMAT,
        **values,
        "timezone": values.get("timezone") or ("Asia/Shanghai" if lang == "zh" else "UTC"),
        "calendar": {"base": values.get("calendar") or ("CN" if lang == "zh" else "weekdays")},
    }
    project = validated(Project, {"id": PROJECT.name, **raw})
    data = file_data(project) | {
        "calendar": raw["calendar"],
        "thresholds": {"drift": project.thresholds.drift, "stale_progress": str(project.thresholds.stale_progress)},
        "approval": {"no_contract_price": DEFAULT_NO_CONTRACT_PRICE, "levels": [dict(x) for x in DEFAULT_LEVELS]},
    }
    changes: list[Change] = [
        Create(PROFILE, data, PROJECT.name),
        Create(PEOPLE, {PERSON.list_key or "": []}, PERSON.name),
        Attach(".gitattributes", GITATTRIBUTES.encode()),
        Attach(".gitignore", GITIGNORE.encode()),
        *schema_attachments(),
    ]
    subject = Text("Start {name}", "建立项目“{name}”").format(name=project.name)
    return Edits(tuple(changes), "project.init", (project.code,), subject, acting.by, acting.on)


def schema_attachments() -> list[Attach]:
    """The schema files that every record's first line points to; they work offline."""
    return [
        Attach(f"{SCHEMAS}/{name}.json", (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode())
        for name, schema in sorted(schema_files().items())
    ]
