"""`pmkit explain CODE`: why a finding matters and how to mend it."""

from __future__ import annotations

from typing import Annotated

import typer

from pmkit.cli.language import h, language
from pmkit.cli.quick import QuickCommand
from pmkit.cli.session import out, single
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean

app = single()


@app.command(cls=QuickCommand, help=h("What a finding means and how to mend it", "解释检查结果及处理办法"))
def explain(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="CODE|FAMILY...", help=h("REQ101, or REQ for all of a family", "REQ101，或整类 REQ")),
    ] = None,
) -> None:
    from pmkit.checks.explain import codes, page, title
    from pmkit.checks.selection import ALL, is_selector, nearest_check

    known = codes()
    wanted = [name.upper() for name in names or (ALL,)]
    wrong = [name for name in wanted if not is_selector(name, known)]
    if wrong:
        near = nearest_check(wrong[0], known)
        raise UsageError(
            Text(en="there is no finding {code}", zh="没有编号为 {code} 的检查项").format(code=", ".join(wrong)),
            did_you_mean(wrong[0], [near]) if near else Text.same("pmkit explain"),
        )
    if len(wanted) == 1 and wanted[0] in known:
        out(page(wanted[0], language()).rstrip("\n"))
        return
    if all(name in known for name in wanted):
        out("\n\n".join(page(code, language()).rstrip("\n") for code in wanted))
        return
    for code in known:
        if any(name == ALL or code.startswith(name) for name in wanted):
            silent = f"--select {code}" in page(code, "en")
            out(
                f"{code}  {title(code, language())}" + (h("  (off until selected)", "（默认不启用）") if silent else "")
            )
