"""`pmkit lesson`: what was learned, here and in other projects."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pmkit.cli.generic import (
    NOT_GIVEN,
    ask_missing,
    list_command,
    options_of,
    set_command,
    show_command,
    transitions,
    with_options,
)
from pmkit.cli.language import h, language, tell
from pmkit.cli.session import READING, WRITING, Session, command, group, one_of, out, print_json
from pmkit.domain.lessons import CATEGORIES, LESSON, STATES, Lesson
from pmkit.kernel.text import Text

app = group(tell(LESSON.plural))
_FIELDS = {k: v for k, v in options_of(LESSON).items() if v[0] != "origin"}


def _add(s: Session, **values: Any) -> None:
    from pmkit.actions.lessons import add_lesson

    given = {_FIELDS[name][0]: value for name, value in values.items() if value not in NOT_GIVEN}
    s.write(add_lesson(s.ws, ask_missing(LESSON, given), s.next_id, s.acting))


def _search(
    s: Session,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=h("words that all have to occur", "检索词，须全部出现"))],
    category: Annotated[str | None, typer.Option(help=h("only of this category", "只看某一类别"))] = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--in", metavar="DIR", help=h("another project, too; may be repeated", "同时检索其他项目目录；可重复")
        ),
    ] = None,
) -> None:
    from pmkit.domain.kind import about, content

    wanted = about(Lesson)["category"].code_of(category) if category else None
    if wanted is not None:
        one_of(wanted, CATEGORIES)
    words = text.casefold().split()
    found: list[tuple[str, Lesson]] = []
    for folder, session in [("", s), *((folder, Session(workspace=folder)) for folder in also or [])]:
        for lesson in session.whole.of(Lesson):
            said = " ".join(str(value) for value in content(lesson).values()).casefold()
            if all(word in said for word in words) and wanted in (None, lesson.category):
                found.append((folder, lesson))
    if s.json:
        print_json([_json(folder, lesson) for folder, lesson in found])
    elif not found:
        out(h("no lesson tells of that", "没有相关的经验教训"))
    else:
        _table(found)


def _json(folder: str, lesson: Lesson) -> dict[str, Any]:
    return {
        "id": lesson.id, "project": folder or None, "title": lesson.title, "category": lesson.category,
        "status": lesson.status, "advice": lesson.advice, "origin": lesson.origin,
    }  # fmt: skip


def _table(found: list[tuple[str, Lesson]]) -> None:
    from pmkit.output.tables import table, terminal_width

    lang = language()
    heads = [
        h("ID", "编号"),
        h("Lesson", "经验或教训"),
        h("Category", "类别"),
        h("Advice", "改进建议"),
        h("Status", "采纳状态"),
    ]
    if any(folder for folder, _ in found):
        heads.append(h("Project", "项目"))
    rows = []
    for folder, lesson in found:
        category = CATEGORIES[lesson.category].to(lang) if lesson.category else ""
        advice = (lesson.advice or "").splitlines()[0] if lesson.advice else ""
        row = [lesson.id, lesson.title, category, advice, STATES.names[lesson.status].to(lang)]
        rows.append([*row, folder] if len(heads) > len(row) else row)
    sys.stdout.write(table(heads, rows, terminal_width()))


def _import(
    s: Session,
    path: Annotated[
        str,
        typer.Argument(
            metavar="DIR|FILE", help=h("another project's folder, or a sheet", "其他项目目录，或 CSV、Excel 文件")
        ),
    ],
    everything: Annotated[
        bool, typer.Option("--all", help=h("also what was not adopted there", "包括对方未采纳的"))
    ] = False,
) -> None:
    if not Path(path).is_dir():
        from pmkit.cli.sheets import take

        take(s, LESSON, path)
        return
    from pmkit.actions.lessons import take_over

    other = Session(workspace=path).whole
    lessons = [one for one in other.of(Lesson) if everything or one.status == "adopted"]
    taken = take_over(s.whole, lessons, other.project.name, other.people, s.next_id, s.acting)
    notes = []
    if taken.known:
        notes.append(Text(en="known already: {n}", zh="已有，未重复导入：{n} 条").format(n=taken.known))
    if taken.personal:
        notes.append(
            Text(en="left out, they name somebody: {ids}", zh="含个人信息，未导入：{ids}").format(
                ids=", ".join(taken.personal)
            )
        )
    if taken.edits is not None:
        s.write(taken.edits, *notes)
    elif s.json:
        print_json({"id": None, "path": "", "commit": None, "paths": []})
    else:
        for note in notes:
            out(tell(note))


command(app, "add", h("Add a lesson", "新增经验教训"), WRITING)(with_options(_add, _FIELDS))
command(app, "search", h("Find lessons, here and in other projects", "检索经验教训（可含其他项目）"), READING)(_search)
command(app, "import", h("Take over lessons of another project", "导入其他项目的经验教训"), WRITING)(_import)
list_command(app, LESSON)
show_command(app)
set_command(app)
transitions(app, LESSON)
