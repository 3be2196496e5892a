"""`pmkit explain CODE`: why a finding matters and how to mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from pmkit.cli.language import h, language
from pmkit.cli.session import out, single
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean

app = single()


@app.command(help=h("What a finding means and how to mend it", "解释检查结果及处理办法"))
def explain(code: Annotated[str | None, typer.Argument(metavar="CODE")] = None) -> None:
    from pmkit.checks.explain import codes, page

    if code is None:
        for known in codes():
            out(f"{known}  {page(known, language()).splitlines()[0].removeprefix('# ').removeprefix(known).strip()}")
        return
    found = page(code.upper(), language()) if code.upper() in codes() else None
    if found is None:
        raise UsageError(
            Text(en="there is no finding {code}", zh="没有编号为 {code} 的检查项").format(code=code),
            did_you_mean(code.upper(), codes())
            if did_you_mean(code.upper(), codes()).en
            else Text.same("pmkit explain"),
        )
    out(found.rstrip("\n"))
