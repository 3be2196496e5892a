"""A plan as a table: a row a task, in CSV or Excel, with headings in either language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from pmkit.connectors import sheets
from pmkit.connectors.records import CHECKED_LABEL
from pmkit.connectors.sheets import Column, Grid, Sheet
from pmkit.domain.plan import Dependency, Task
from pmkit.kernel.duration import Duration
from pmkit.kernel.errors import UsageError
from pmkit.kernel.place import Place
from pmkit.kernel.text import Lang, Text, did_you_mean
from pmkit.workspace.exchange import WRONG_IMPORT, Incoming, IncomingLink, IncomingPlan, IncomingResource, NotKept
from pmkit.workspace.planning import Planned

# column -> heading, and other names under which spreadsheets and other programs have it
COLUMNS: dict[str, tuple[Text, tuple[str, ...]]] = {
    "uid": (Text("ID", "编号"), ("no.", "nr", "序号", "标识号", "任务编号", "唯一标识号", "uid", "unique id")),
    "phase": (Text("Phase", "阶段"), ("wbs phase", "所属阶段")),
    "group": (Text("Summary task", "摘要任务"), ("group", "分组")),
    "name": (Text("Task", "任务名称"), ("name", "task name", "任务", "名称")),
    "milestone": (Text("Milestone", "里程碑"), ()),
    "duration": (Text("Duration", "工期"), ()),
    "after": (Text("Predecessors", "前置任务"), ("after", "依赖", "紧前任务", "dependencies")),
    "owner": (Text("Owner", "责任人"), ("responsible", "负责人")),
    "resources": (Text("Resources", "资源名称"), ("resource names", "资源", "resource")),
    "effort": (Text("Effort", "工作量"), ("work", "工时")),
    "cost": (Text("Cost", "成本"), ("budget", "预算")),
    "start_no_earlier_than": (Text("Start no earlier than", "不早于开始"), ()),
    "must_start_on": (Text("Must start on", "必须开始于"), ()),
    "finish_no_later_than": (Text("Finish no later than", "不晚于完成"), ()),
    "must_finish_on": (Text("Must finish on", "必须完成于"), ()),
    "deadline": (Text("Deadline", "截止日期"), ("due",)),
    "notes": (Text("Notes", "备注"), ("remarks", "说明")),
    "start": (Text("Start", "开始时间"), ("开始", "计划开始", "planned start", "start date")),
    "finish": (Text("Finish", "完成时间"), ("end", "完成", "计划完成", "结束", "planned finish", "finish date")),
    "percent": (Text("% complete", "完成百分比"), ("percent", "完成%", "进度", "progress")),
    "float": (Text("Float (days)", "浮动时间（天）"), ("slack", "total slack")),
    "critical": (Text("Critical", "关键"), ()),
    "checked": (CHECKED_LABEL, ()),
}
_PLAIN = ("milestone", "duration", "effort", "cost", "notes", "group")
_DATES = ("start_no_earlier_than", "must_start_on", "finish_no_later_than", "must_finish_on", "deadline")
_FIELDS = frozenset({"name", "after", "owner", "resources", *_PLAIN, *_DATES})
_YES = {"true", "yes", "y", "1", "x", "是", "√", "✓"}
_NO = {"", "false", "no", "n", "0", "否"}
_WORDS = {
    "d": "d day days 天 日 工作日 个工作日",
    "h": "h hr hrs hour hours 小时",
    "w": "w wk wks week weeks 周",
    "min": "min 分钟",
    "ed": "ed eday edays 日历天 个日历天",
    "eh": "eh",
    "ew": "ew",
}
_UNITS = {"": "d"} | {word: unit for unit, words in _WORDS.items() for word in words.split()}
_AMOUNT = re.compile(r"([+-]?\s*[0-9]+(?:\.[0-9]+)?)\s*([^\s?]*)\??\Z")
# a lag needs its type before it: `T-001` is an id, not `T` less one day
_LINK = re.compile(r"(?P<id>[^\s,;]+?)(?:\s*(?P<type>FS|SS|FF|SF|fs|ss|ff|sf)\s*(?P<lag>[+-].+)?)?\Z")


def read(name: str, data: bytes) -> IncomingPlan:
    """The plan of the first sheet. Every mistake is told with its cell. Raises UsageError for what is no table."""
    grid = sheets.read(name, data)[0]
    return _Reader(name, grid).plan()


class _Reader:
    def __init__(self, name: str, grid: Grid) -> None:
        self._name = name
        self._result = IncomingPlan(name=name.rpartition(".")[0] or name)
        self._rows = grid.rows
        self._head = next((n for n, row in enumerate(grid.rows) if any(cell.strip() for cell in row)), 0)
        self._columns = self._headings(grid.rows[self._head] if grid.rows else ())
        self._result.fields = frozenset(self._columns) & _FIELDS

    def _headings(self, cells: Sequence[str]) -> dict[str, int]:
        known = {word.lower(): key for key, (text, more) in COLUMNS.items() for word in (text.en, text.zh, key, *more)}
        found: dict[str, int] = {}
        for position, cell in enumerate(cells):
            heading = cell.strip().lower()
            key = known.get(heading)
            if key is not None:
                found.setdefault(key, position)
            elif heading:
                place = Place(f"{self._name}:{sheets.address(self._head, position)}")
                self._result.not_kept.append(NotKept(cell.strip(), len(self._rows) - self._head - 1, place))
        if "name" not in found:
            headings = [word for text, _ in COLUMNS.values() for word in (text.en, text.zh)]
            near = did_you_mean(" ".join(cells)[:60], headings)
            raise UsageError(
                Text(en="{file} has no column `Task`", zh="{file} 中没有“任务名称”列").format(file=self._name),
                near if near.en else Text("the first row holds the headings", "第一行应为列标题"),
            )
        return found

    def plan(self) -> IncomingPlan:
        phase, names = "", set[str]()
        uids: dict[str, int] = {}
        for number in range(self._head + 1, len(self._rows)):
            row = self._rows[number]
            if not any(cell.strip() for cell in row):
                continue
            name = self._cell(row, "name")
            phase = self._cell(row, "phase") or phase
            if not name:
                self._mistake(number, "name", Text("is empty", "为空"))
                continue
            uid = self._cell(row, "uid") or str(number - self._head)
            if uid in uids:
                twice = Text(en="`{uid}` stands in row {row} too", zh="`{uid}` 与第 {row} 行重复")
                self._mistake(number, "uid", twice.format(uid=uid, row=uids[uid] + 1))
                continue
            uids[uid] = number
            self._result.phases.setdefault(phase, phase or self._result.name)
            self._task(number, row, uid, name, phase, names)
        self._check_links(uids)
        starts = [_day(task.start) for task in self._result.tasks if task.start is not None]
        self._result.start = datetime.combine(min(starts), time()) if starts else None
        return self._result

    def _task(self, number: int, row: Sequence[str], uid: str, name: str, phase: str, names: set[str]) -> None:
        values: dict[str, object] = {"source_uid": uid}
        flag = self._cell(row, "milestone").lower()
        if flag in _YES:
            values["milestone"] = "true"
        elif flag not in _NO:
            self._mistake(number, "milestone", Text("is neither yes nor no", "应为 是 或 否"))
        for key in ("duration", "effort"):
            if text := self._cell(row, key):
                span = duration_text(text)
                if span is None:
                    self._mistake(
                        number, key, Text(en="`{text}` is no duration", zh="`{text}` 不是工期").format(text=text)
                    )
                elif not (key == "duration" and "milestone" in values):
                    values[key] = span
        for key in ("cost", "notes", "group"):
            if text := self._cell(row, key):
                values[key] = text
        for key in _DATES:
            if text := self._cell(row, key):
                values[key] = sheets.plain_day(text)
        start, finish = (self._moment(number, row, key) for key in ("start", "finish"))
        if "duration" not in values and "milestone" not in values:
            self._mistake(number, "duration", Text("is missing", "缺失"))
        is_free = not self._cell(row, "after") and "must_start_on" not in values
        if start is not None and is_free and "start_no_earlier_than" not in self._columns:
            values["start_no_earlier_than"] = start.isoformat()[:16]
        work = []
        for part in re.split(r"[,;，；、]", self._cell(row, "resources")):
            match = re.fullmatch(r"(.+?)\s*(?:\[?\s*([0-9.]+)\s*%\s*\]?)?", part.strip())
            if match:
                if match[1] not in names:
                    names.add(match[1])
                    self._result.resources.append(IncomingResource(match[1], match[1], {}))
                work.append((match[1], Decimal(match[2] or 100)))
        self._result.tasks.append(
            Incoming(
                uid, name, phase, values, self._place(number, "name"), tuple(self._links(number, row)), tuple(work),
                self._cell(row, "owner") or None, None, start, finish, uid, self._cell(row, "checked"),
            )
        )  # fmt: skip

    def _links(self, number: int, row: Sequence[str]) -> list[IncomingLink]:
        found = []
        for part in re.split(r"[,;，；、]", self._cell(row, "after")):
            text = part.strip()
            if not text:
                continue
            match = _LINK.fullmatch(text)
            lag = duration_text(match["lag"]) if match and match["lag"] else None
            if match is None or (match["lag"] and lag is None):
                self._mistake(
                    number, "after", Text(en="`{text}` is no link", zh="`{text}` 不是有效的依赖").format(text=text)
                )
                continue
            kind = (match["type"] or "FS").upper()
            found.append(IncomingLink(match["id"], kind, Duration.parse(lag) if lag else None))
        return found

    def _check_links(self, uids: dict[str, int]) -> None:
        for task in self._result.tasks:
            for link in task.links:
                if link.uid not in uids:
                    problem = Text(
                        en="there is no row with the id `{uid}`; {hint}", zh="没有编号为 `{uid}` 的行；{hint}"
                    )
                    problem = problem.format(uid=link.uid, hint=did_you_mean(link.uid, uids)).stripped()
                    self._mistake(uids[task.uid], "after", problem)

    def _moment(self, number: int, row: Sequence[str], key: str) -> date | datetime | None:
        text = sheets.plain_day(self._cell(row, key))
        if not text:
            return None
        try:
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError:
            self._mistake(number, key, Text(en="`{text}` is no date", zh="`{text}` 不是日期").format(text=text))
            return None

    def _cell(self, row: Sequence[str], key: str) -> str:
        position = self._columns.get(key)
        return row[position].strip() if position is not None else ""

    def _place(self, number: int, key: str) -> Place:
        return Place(f"{self._name}:{sheets.address(number, self._columns.get(key, 0))}", number + 1)

    def _mistake(self, number: int, key: str, problem: Text) -> None:
        what = COLUMNS[key][0]
        self._result.mistakes.append(WRONG_IMPORT.found(self._place(number, key), None, what=what, problem=problem))


def _day(at: date | datetime) -> date:
    return at.date() if isinstance(at, datetime) else at


def duration_text(text: str) -> str | None:
    """`5`, `5 days`, `5 个工作日`, `2 wks?` as `5d`, `2w`; None for what is no duration."""
    match = _AMOUNT.fullmatch(text.strip().replace(",", ""))
    unit = _UNITS.get(match[2].lower()) if match else None
    return f"{match[1].replace(' ', '').lstrip('+')}{unit}" if match and unit else None


# --- writing ---------------------------------------------------------------------------------------------------------


def written(planned: Planned, format_: sheets.Format, lang: Lang) -> bytes:
    """The plan as a table that `read` takes back, with its dates beside; the last cell of a row is its fingerprint."""
    return _table(planned, format_, lang, fingerprints(planned, format_, lang))


def fingerprints(planned: Planned, format_: sheets.Format, lang: Lang) -> dict[str, str]:
    """What the table says of each task, in short, by our ids."""
    found = read(f"plan.{format_}", _table(planned, format_, lang, {})).fingerprints()
    return {task_id: found[uid] for task_id, uid in _ids(planned.ws.tasks).items()}


def _table(planned: Planned, format_: sheets.Format, lang: Lang, checked: Mapping[str, str]) -> bytes:
    phases = {phase.id: phase.name for phase in planned.ws.phases}
    called = _ids(planned.ws.tasks)
    rows = []
    for task in planned.ws.tasks:
        item = planned.item(task.id)
        yes, no = Text("yes", "是").to(lang), ""
        name = planned.ws.person_name
        resources = [
            name(a.target) if a.units is None else f"{name(a.target)} {a.units.normalize():f}%" for a in task.resources
        ]
        cells = {
            "uid": called[task.id], "phase": phases.get(task.phase, task.phase), "group": task.group or "",
            "name": task.name, "milestone": yes if task.is_milestone else no, "duration": str(task.duration or ""),
            "after": ", ".join(_link_text(text, called) for text in task.after), "owner": name(task.owner),
            "resources": ", ".join(resources),
            "effort": str(task.effort or ""), "cost": str(task.cost or ""), "notes": task.notes or "",
            "start": item.start.isoformat(sep=" ", timespec="minutes"),
            "finish": item.finish.isoformat(sep=" ", timespec="minutes"),
            "percent": f"{round(planned.percent(task.id))}",
            "float": f"{round(planned.float_days(task.id), 1).normalize():f}",
            "critical": yes if item.critical else no, "checked": checked.get(task.id, ""),
        }  # fmt: skip
        cells |= {key: str(getattr(task, key) or "").replace(" ", "T")[:16] for key in _DATES}
        rows.append(tuple(cells[key] for key in COLUMNS))
    columns = tuple(Column(text.to(lang)) for text, _ in COLUMNS.values())
    return sheets.written([Sheet(Text("Plan", "进度计划").to(lang), columns, tuple(rows))], format_)


def _ids(tasks: Sequence[Task]) -> dict[str, str]:
    """What each task is called in a file: imported ones as in theirs, where that is nobody else's id."""
    ours = {task.id for task in tasks}
    found: dict[str, str] = {}
    for task in tasks:
        uid = task.source_uid
        is_free = uid is not None and (uid == task.id or uid not in ours) and uid not in found.values()
        found[task.id] = uid if uid is not None and is_free else task.id
    return found


def _link_text(text: str, called: Mapping[str, str]) -> str:
    link = Dependency.parse(text)
    return str(Dependency(called.get(link.predecessor, link.predecessor), link.type, link.lag))
