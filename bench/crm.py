"""A CRM on loopback, and workspaces in which every record is linked to one of its."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import ENV

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

STAMP = "2026-03-02T09:00:00+08:00"
STATE = ".git/zoho.json"


@contextmanager
def served(root: Path | None = None) -> Iterator[Any]:
    """The server that the tests run against, with the records that a workspace was linked to; commands find it."""
    from fakes import zoho

    server = zoho.Zoho()
    secrets = {"CLIENT_ID": zoho.CLIENT, "CLIENT_SECRET": zoho.SECRET, "REFRESH_TOKEN": zoho.REFRESH}
    ENV.update({f"PMKIT_ZOHO_{name}": value for name, value in secrets.items()} | {"PMKIT_CRM_ACCOUNTS": server.url})
    if root is not None:
        server.rows = json.loads((root / STATE).read_text(encoding="utf-8"))
    try:
        yield server
    finally:
        server.close()


def linked_workspace(pmkit: str, root: Path, count: int) -> None:
    """So many issues, each of them a case there; both sides agree."""
    from fakes.zoho import DEAL

    with served() as server:
        for number in range(count):
            record = str(5843104000001000000 + number)
            server.rows["Cases"][record] = {
                "id": record, "Subject": f"工单 {number}", "Description": "门禁与停车系统联调时出现的问题。" * 5,
                "Type": "Problem", "Priority": "High", "Status": "New", "Case_Origin": "Web", "Deal_Name": {"id": DEAL},
                "Created_Time": STAMP, "Modified_Time": STAMP,
            }  # fmt: skip
        commands = (
            [
                "init",
                str(root),
                "--name",
                "智慧园区",
                "--code",
                "ZHYQ",
                "--customer",
                "滨海集团",
                "--start",
                "2026-03-02",
            ],
            ["-C", str(root), "crm", "connect", "zoho", "--opportunity", DEAL],
            ["-C", str(root), "crm", "sync"],
        )
        for command in commands:
            subprocess.run([pmkit, *command], check=True, env=ENV, stdout=subprocess.DEVNULL)
        (root / STATE).write_text(json.dumps(server.rows), encoding="utf-8")
