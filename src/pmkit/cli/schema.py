"""`pmkit schema`: JSON Schemas of the record files."""

from __future__ import annotations

from typing import Annotated

import typer

from pmkit.cli.language import h
from pmkit.cli.session import WRITING, Session, command, out, print_json, single
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean

app = single()


def _schema(
    s: Session,
    kind: Annotated[str | None, typer.Argument(help=h("print this kind's", "输出该类记录的 Schema"))] = None,
) -> None:
    from pmkit.workspace.schemas import schema_files

    if kind is not None:
        known = schema_files()
        if kind not in known:
            raise UsageError(
                Text(en="no schema called {kind}", zh="没有名为 {kind} 的 Schema").format(kind=kind),
                did_you_mean(kind, known),
            )
        print_json(known[kind])
        return
    from pmkit.actions.project import schema_attachments
    from pmkit.workspace.edits import Edits

    stale = [a for a in schema_attachments() if s.text_of(a.path) != a.content.decode()]
    if not stale:
        out(h("the schemas are up to date", "Schema 已是最新"))
        return
    for attachment in stale:
        (s.root / attachment.path).unlink(missing_ok=True)
    acting = s.acting
    s.write(
        Edits(
            tuple(stale),
            "project.schema",
            (),
            Text("Update the JSON Schemas", "更新 JSON Schema"),
            acting.by,
            acting.on,
        )
    )


command(app, "schema", h("Write the JSON Schemas of the record files", "写出记录文件的 JSON Schema"), WRITING)(_schema)
