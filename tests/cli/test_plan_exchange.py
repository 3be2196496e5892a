"""Plans of other programs: in with the dates that they had there, out and in again unchanged."""

import json
import re
from datetime import datetime

import pytest

from workspaces import once

FILES = (
    "assignment-assignments-project2002-mspdi", "assignment-assignments-project2010-mspdi",
    "assignment-assignments-project2016-mspdi", "baselines", "holidays", "mspdiduration", "mspdinulltasks", "mspdipriority",
    "mspdirelations", "sample", "task-baselines-project2003-mspdi", "task-costs-project2007-mspdi",
    "task-costs-project2016-mspdi", "task-dates-project2003-mspdi", "task-dates-project2013-mspdi",
    "task-links-project2003-mspdi", "task-links-project2010-mspdi", "task-links-project2016-mspdi",
)  # fmt: skip
NO_TASKS = (
    "calendar-calendars-project2002-mspdi", "calendar-calendars-project2007-mspdi", "calendar-calendars-project2013-mspdi",
    "mspdicostratetable", "resource-misc-project2003-mspdi", "resource-misc-project2010-mspdi",
    "resource-type-project2003-mspdi", "resource-type-project2010-mspdi", "resource-type-project2016-mspdi",
)  # fmt: skip
# Slack in the file that its own dates contradict: late finishes of an earlier, shorter project; and manually scheduled
# tasks whose late start ignores a start-start or start-finish link (the automatic ones of the other versions do not).
STALE = {"mspdiduration": {"1", "2", "3", "4"}, "task-links-project2016-mspdi": {"11", "13"}}
# Scheduled by hand, and no duration was ever given: MS Project calls them uncritical although their slack is 0.
WITHOUT_DATES = {"task-costs-project2016-mspdi"}


@once
def empty(run):
    run("init p --name 集成项目 --code P1 --customer 客户 --lang zh --currency CNY --start 2026-03-02")
    run.folder = run.folder / "p"


def known(shared_data, name):
    data = json.loads((shared_data / f"mspdi/expected/{name}.json").read_text(encoding="utf-8"))
    return data, [t for t in data["tasks"] if t["UID"] != "0" and t["IsNull"] != "1" and t["Summary"] != "1"]


@pytest.mark.parametrize("name", FILES)
def test_dates_slack_and_critical_flags_are_those_of_ms_project(shared_data, empty, name):
    empty(["plan", "import", str(shared_data / f"mspdi/{name}.xml")])
    rows = {row["source_uid"]: row for row in json.loads(empty("plan show --json"))}
    _, tasks = known(shared_data, name)
    assert rows.keys() == {t["UID"] for t in tasks}
    for t in tasks:
        row = rows[t["UID"]]
        where = (t["UID"], t.get("Name"))
        assert row["name"] == (t.get("Name") or f"({t['UID']})")
        assert row["start"] == t["Start"][:16], where
        finish = datetime.fromisoformat(t["Finish"])
        if row["finish"] != t["Finish"][:16]:  # the end of a day is the same as the beginning of the next
            assert (finish.hour, finish.minute) == (8, 0), where
            assert datetime.fromisoformat(row["finish"]) < finish, where
        if t["UID"] not in STALE.get(name, ()):
            assert row["total_float_minutes"] * 10 == int(t["TotalSlack"]), where
            if name not in WITHOUT_DATES:
                assert row["critical"] == (t["Critical"] == "1"), where


def workspace(run, folder):
    """Another empty workspace beside the first."""
    run.folder = run.folder.parent
    run(f"init {folder} --name 集成项目 --code P1 --customer 客户 --lang zh --currency CNY --start 2026-03-02")
    run.folder = run.folder / folder
    return run


def told(run):
    """Everything of the plan that a file of another program can hold, by names instead of ids."""
    from pmkit.store.loader import load_folder

    ws = load_folder(run.folder).workspace
    names = {t.id: t.source_uid for t in ws.tasks}
    people = {p.id: p.name for p in ws.people}
    units = {p.id: p.units for p in ws.people}
    phases = {p.id: p.name for p in ws.phases}
    from pmkit.domain.kind import file_data
    from pmkit.domain.plan import Dependency

    tasks = {}
    for t in ws.tasks:
        data = file_data(t)
        data["after"] = [(names[d.predecessor], d.type, str(d.lag)) for d in map(Dependency.parse, t.after)]
        data["resources"] = sorted((people[a.target], a.share(units[a.target])) for a in t.assignments)
        data["owner"] = people.get(t.owner)
        tasks[t.source_uid] = data | {"phase": phases[t.phase]}
    from pmkit.workspace.calendars import Calendars

    calendars = Calendars(ws, [])
    every = {None: calendars.own, **calendars.named}
    days = [738000 - 719163 + n for n in range(-8000, 3000)]
    hours = {name: [c.spans_on(day) for day in days] for name, c in every.items()}
    resources = {
        p.name: (p.resource, p.units, p.calendar, p.absent, p.rate, p.email, p.department)
        for p in ws.people
        if p.source_uid
    }
    baselines = {
        b.source_uid: {names[i.id]: (i.name, i.start, i.finish, i.duration, i.effort, i.cost) for i in b.items}
        for b in ws.baselines
    }
    progress = {p.id: {names[e.id]: file_data(e) | {"id": ""} for e in p.tasks} for p in ws.progress}
    return tasks, hours, resources, baselines, progress


def dates(run):
    rows = json.loads(run("plan show --json"))
    return {
        row["source_uid"]: (row["start"], row["finish"], row["total_float_minutes"], row["critical"]) for row in rows
    }


@pytest.mark.parametrize("name", FILES)
def test_out_and_in_again_is_the_same_plan(shared_data, empty, name):
    empty(["plan", "import", str(shared_data / f"mspdi/{name}.xml")])
    first, when = told(empty), dates(empty)
    empty("plan export ../again.xml")
    workspace(empty, "q")
    empty("plan import ../again.xml")
    for was, now in zip(first, told(empty), strict=True):
        assert now == was
    assert dates(empty) == when


@pytest.mark.parametrize("name", FILES)
def test_what_went_out_comes_back_into_the_same_plan_without_a_change(shared_data, empty, name):
    source = str(shared_data / f"mspdi/{name}.xml")
    empty(["plan", "import", source])
    head = empty.git("rev-parse", "HEAD")
    empty("plan export ../again.xml")
    for file in ("../again.xml", source):
        told_again = json.loads(empty(["plan", "import", file, "--json"]))
        assert told_again["commit"] is None
        assert (told_again["new"], told_again["changed"], told_again["kept"]) == ([], {}, [])
    assert empty.git("rev-parse", "HEAD") == head
    assert empty.git("status", "--porcelain") == ""


@pytest.mark.parametrize("name", NO_TASKS)
def test_resources_and_calendars_alone_come_in_and_out(shared_data, empty, name):
    data, _ = known(shared_data, name)
    empty(["plan", "import", str(shared_data / f"mspdi/{name}.xml")])
    rows = json.loads(empty("list person --json"))
    assert {row["name"] for row in rows} == {r["Name"] for r in data["resources"] if r.get("Name")}
    first = told(empty)
    empty("plan export ../again.xml")
    workspace(empty, "q")
    empty("plan import ../again.xml")
    assert told(empty) == first


@once
def rich(empty):
    """A Chinese plan with everything that a file can hold: calendars, people, units, bounds, links, lags, baseline."""
    empty("person add li.wei --name 李伟 --side supplier --role pm --email li.wei@supplier.example")
    empty("person add zhao.min --name 赵敏 --side supplier --role engineer")
    empty.edit("people.yaml", "name: 赵敏\n", "name: 赵敏\n  absent: [2026-03-11, 2026-03-12]\n  calendar: 夜班\n")
    empty.edit(
        "pmkit.yaml",
        "calendar:\n",
        "calendars:\n  夜班: {week: {mon: [20:00-24:00], sat: []}, hours: [20:00-24:00]}\ncalendar:\n",
    )
    empty("commit -m 日历")
    empty("plan phase add PH1 --name 需求与设计")
    empty("plan phase add PH2 --name '实施（一期）'")
    empty("plan task add --phase PH1 --name 需求调研 --duration 5d --owner li.wei --cost 20000")
    empty(
        "plan task add --phase PH1 --name 方案设计<&>“甲” --duration 2w --resource 'li.wei 50%' --after T-001 --group 设计"
    )
    empty("plan milestone add --phase PH1 --name 设计评审通过 --after T-002 --deadline 2026-04-30")
    empty(
        "plan task add --phase PH2 --name 设备安装 --duration 3d --resource zhao.min --after M-001 --after 'T-001 SS+2d'"
    )
    empty(
        "plan task add --phase PH2 --name 系统联调 --duration 4h --after 'T-003 FF+3ed' --after 'T-002 SF-1d' --start-no-earlier-than 2026-04-10"
    )
    empty("plan task add --phase PH2 --name 试运行 --duration 30ed --after T-004 --calendar 夜班")
    empty("plan baseline --name 合同基线")


def plain(run):
    """The plan without ids: by names, in order."""
    rows = json.loads(run("plan show --json"))
    return [{k: v for k, v in row.items() if k not in {"id", "source_uid", "phase", "owner"}} for row in rows]


def test_a_chinese_plan_goes_out_and_comes_in_as_it_was(rich):
    first = plain(rich)
    said = rich("plan export ../again.xml")
    assert "文件中没有" not in said
    workspace(rich, "q")
    said = rich("plan import ../again.xml")
    assert "未保留" not in said
    assert "日期与文件中不同" not in said
    assert plain(rich) == first
    tasks, hours, resources, baselines, _ = told(rich)
    assert [t["name"] for t in tasks.values()] == [
        "需求调研",
        "方案设计<&>“甲”",
        "设计评审通过",
        "设备安装",
        "系统联调",
        "试运行",
    ]
    assert [t["phase"] for t in tasks.values()] == ["需求与设计"] * 3 + ["实施（一期）"] * 3
    assert [t["after"] for t in tasks.values()] == [
        [], [("1", "FS", "None")], [("2", "FS", "None")], [("3", "FS", "None"), ("1", "SS", "2d")],
        [("4", "FF", "3ed"), ("2", "SF", "-1d")], [("5", "FS", "None")],
    ]  # fmt: skip
    assert tasks["1"]["owner"] == "李伟"
    assert tasks["1"]["cost"] == "20000.00 CNY"
    assert tasks["2"]["resources"] == [("李伟", 50)]
    assert tasks["2"]["group"] == "设计"
    assert tasks["5"]["start_no_earlier_than"] == "2026-04-10"
    assert [str(d) for d in resources["赵敏"][3]] == ["2026-03-11", "2026-03-12"]
    assert resources["赵敏"][2] == "夜班"
    assert hours["夜班"][0] in {((1200, 1440),), ()}
    assert baselines["0"]["1"][5].amount == 20000
    rich("check")


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_table_goes_out_and_comes_in_as_it_was(rich, ending):
    first = plain(rich)
    rich(f"plan export ../again.{ending}")
    workspace(rich, "q")
    rich.edit(
        "pmkit.yaml",
        "calendar:\n",
        "calendars:\n  夜班: {week: {mon: [20:00-24:00], sat: []}, hours: [20:00-24:00]}\ncalendar:\n",
    )
    rich("person add zhao.min --name 赵敏 --side supplier --role engineer")
    rich.edit("people.yaml", "name: 赵敏\n", "name: 赵敏\n  absent: [2026-03-11, 2026-03-12]\n  calendar: 夜班\n")
    rich("commit -m 日历")
    rich(f"plan import ../again.{ending}")
    assert plain(rich) == first


def test_a_table_as_people_write_it(empty):
    empty.write(
        "plan.csv",
        "序号,任务名称,工期,前置任务,资源名称,开始\n1,需求调研,5 个工作日,,李伟,2026年3月9日\n2,方案设计,2周,1FS+2天,李伟[50%]；王芳,\n3,评审通过,0,2,,\n",
    )
    empty("plan import plan.csv")
    rows = json.loads(empty("plan show --json"))
    assert [(row["name"], row["start"][:10], row["finish"][:10]) for row in rows] == [
        ("需求调研", "2026-03-09", "2026-03-13"), ("方案设计", "2026-03-18", "2026-03-31"), ("评审通过", "2026-03-31", "2026-03-31"),
    ]  # fmt: skip
    assert {r["name"] for r in json.loads(empty("list person --json"))} == {"李伟", "王芳"}


def test_every_mistake_of_a_table_is_told_at_its_cell_and_nothing_is_written(empty):
    empty.write(
        "plan.csv",
        "编号,任务名称,工期,前置任务\n1,需求调研,五天,\n2,方案设计,3d,9\n2,评审,1d,\n4,,1d,\n5,部署,-3d,2 XX\n",
    )
    before = empty.git("rev-parse", "HEAD")
    empty("plan import plan.csv", code=3)
    for place in ("plan.csv:C2", "plan.csv:D3", "plan.csv:A4", "plan.csv:B5", "plan.csv:D6"):
        assert place in empty.err
    assert empty.git("rev-parse", "HEAD") == before
    assert empty.git("status", "--porcelain", "--", "plan", "pmkit.yaml", "people.yaml") == ""


BAD_XML = {
    "negative": ("<Task><UID>1</UID><OutlineLevel>1</OutlineLevel><Name>a</Name><Duration>-PT8H0M0S</Duration></Task>", "Task/Duration", 3),
    "no such task": ("<Task><UID>1</UID><OutlineLevel>1</OutlineLevel><Name>a</Name><Duration>PT8H0M0S</Duration><PredecessorLink>\n<PredecessorUID>7</PredecessorUID></PredecessorLink></Task>", "PredecessorUID", 4),
    "cycle": ("".join(f"<Task><UID>{a}</UID><OutlineLevel>1</OutlineLevel><Name>t{a}</Name><Duration>PT8H0M0S</Duration><PredecessorLink><PredecessorUID>{b}</PredecessorUID></PredecessorLink></Task>\n" for a, b in ((1, 2), (2, 1))), "T-001 → T-002 → T-001", 3),
    "absurd": ("<Task><UID>1</UID><OutlineLevel>1</OutlineLevel><Name>a</Name><Duration>PT99999999H0M0S</Duration></Task>", "", 3),
    "fight": ("<Task><UID>1</UID><OutlineLevel>1</OutlineLevel><Name>a</Name><Duration>PT8H0M0S</Duration><ConstraintType>2</ConstraintType></Task>", "ConstraintDate", 3),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_XML)
def test_a_wrong_value_is_told_at_its_line_and_nothing_is_written(empty, name):
    tasks, what, line = BAD_XML[name]
    empty.write(
        "bad.xml",
        f'<Project xmlns="http://schemas.microsoft.com/project"><StartDate>2026-03-02T08:00:00</StartDate>\n<Tasks>\n{tasks}</Tasks></Project>',
    )
    before = empty.git("rev-parse", "HEAD")
    empty("plan import bad.xml", code=3)
    assert f"bad.xml:{line}:" in empty.err
    assert what in empty.err
    assert empty.git("rev-parse", "HEAD") == before
    assert empty.git("status", "--porcelain", "--", "plan", "pmkit.yaml", "people.yaml") == ""


def test_hostile_xml_is_refused(shared_data, empty):
    before = empty.git("rev-parse", "HEAD")
    for name in ("billion_laughs.xml", "xxe_classic.xml"):
        empty(["plan", "import", str(shared_data / "hostile-xml" / name)], code=3)
        assert "DOCTYPE" in empty.err
        assert "root:" not in empty.err
    lines = (
        (shared_data / "hostile-xml/xml_attack_lines.txt").read_text(encoding="utf-8", errors="replace").splitlines()
    )
    for line in filter(str.strip, lines):
        empty.write("attack.xml", line)
        empty("plan import attack.xml", code=3)
        assert "root:" not in empty.err
    assert empty.git("rev-parse", "HEAD") == before


def test_an_import_is_one_commit_and_a_dry_run_writes_nothing(shared_data, empty):
    file = str(shared_data / "mspdi/sample.xml")
    before = empty.git("rev-parse", "HEAD")
    assert "未写入（试运行）" in empty(["plan", "import", file, "--dry-run"])
    assert empty.git("rev-parse", "HEAD") == before
    empty(["plan", "import", file])
    assert empty.git("rev-list", "--count", f"{before.strip()}..HEAD").strip() == "1"


def test_an_element_that_is_not_kept_is_listed(shared_data, empty):
    told = json.loads(empty(["plan", "import", str(shared_data / "mspdi/task-costs-project2016-mspdi.xml"), "--json"]))
    listed = {n["what"]: n for n in told["not_kept"]}
    assert listed["Task/ExtendedAttribute"]["count"] == 10
    assert listed["Project/ExtendedAttributes"]["line"] > 1
    assert "Task/EarlyStart" not in listed  # worked out anew, not lost


def test_the_gap_of_a_split_task_is_listed(empty):
    part = "<TimephasedData><Type>1</Type><UID>1</UID><Start>2026-03-{:02}T08:00:00</Start><Finish>2026-03-{:02}T08:00:00</Finish><Unit>2</Unit>{}</TimephasedData>"
    worked, weekend = "<Value>PT8H0M0S</Value>", (7, 8)

    def plan(rests):
        parts = [part.format(day, day + 1, "" if day in (*weekend, *rests) else worked) for day in range(5, 13)]
        return (
            '<Project xmlns="http://schemas.microsoft.com/project"><StartDate>2026-03-05T08:00:00</StartDate><CalendarUID>1</CalendarUID>'
            "<Calendars><Calendar><UID>1</UID><Name>标准</Name><IsBaseCalendar>1</IsBaseCalendar></Calendar></Calendars>"
            "<Tasks><Task><UID>1</UID><Name>布线</Name><OutlineLevel>1</OutlineLevel><Duration>PT40H0M0S</Duration></Task></Tasks>"
            "<Resources><Resource><UID>1</UID><Name>李伟</Name><Type>1</Type><CalendarUID>1</CalendarUID></Resource></Resources>"
            f"<Assignments><Assignment><UID>1</UID><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID>{''.join(parts)}</Assignment></Assignments></Project>"
        )

    empty.write("plan.xml", plan(()))
    assert json.loads(empty("plan import plan.xml --json --dry-run"))["not_kept"] == []
    empty.write("plan.xml", plan((9, 10)))
    listed = json.loads(empty("plan import plan.xml --json --dry-run"))["not_kept"]
    assert [n["what"] for n in listed] == ["gap of a split task: now one piece"]


def test_progress_comes_with_a_status_date(shared_data, empty):
    file = str(shared_data / "mspdi/assignment-assignments-project2016-mspdi.xml")
    empty(["plan", "import", file, "--status-date", "2016-01-08"])
    rows = {row["name"]: row for row in json.loads(empty("plan show --json"))}
    assert [rows[f"Task {n}"]["percent"] for n in (1, 2, 3)] == [0, 25, 50]
    assert rows["Task 3"]["finish"] == "2016-01-15T17:00"  # 40h left from Monday on
    assert (empty.folder / "plan/progress/2016-01-08.yaml").exists()


def order_in(element, found):
    """Which child names stand before which others, by the name of their parent."""
    names = [child.name for child in element.children]
    for position, name in enumerate(names):
        found.setdefault(element.name, set()).update((name, later) for later in names[position + 1 :] if later != name)
    for child in element.children:
        order_in(child, found)
    return found


FLAGS = {"IsBaseCalendar", "DayWorking", "IsNull", "EffortDriven", "Estimated", "Milestone", "Summary", "Critical", "Manual",
         "CrossProject", "IgnoreResourceCalendar", "IsCostResource", "ScheduleFromStart", "EnteredByOccurrences"}  # fmt: skip
TIMES = {"Start", "Finish", "StartDate", "FinishDate", "StatusDate", "ConstraintDate", "Deadline", "FromDate", "ToDate",
         "ActualStart", "ActualFinish"}  # fmt: skip
SPANS = {"Duration", "Work", "RemainingDuration"}
RANGES = {"ConstraintType": 8, "DayType": 8, "LagFormat": 54, "DurationFormat": 54, "OutlineLevel": 1000, "Priority": 1001, "PercentComplete": 101, "Number": 11}  # fmt: skip


# Sequences of the published schema (mspdi_pj12.xsd), as far as files of MS Project at hand do not show them.
STATED = {
    "Project": "SaveVersion Name Title Company ScheduleFromStart StartDate FinishDate CurrencyDigits CurrencyCode CalendarUID DefaultStartTime DefaultFinishTime MinutesPerDay MinutesPerWeek DaysPerMonth StatusDate ExtendedAttributes Calendars Tasks Resources Assignments",
    "ExtendedAttribute": "FieldID FieldName Alias",
    "Calendar": "UID Name IsBaseCalendar BaseCalendarUID WeekDays Exceptions",
    "TimePeriod": "FromDate ToDate",
    "WorkingTime": "FromTime ToTime",
    "WeekDay": "DayType DayWorking TimePeriod WorkingTimes",
    "Exception": "EnteredByOccurrences TimePeriod Occurrences Type Period DayWorking WorkingTimes",
    "Task": "UID ID Name Manual Type IsNull Contact WBS OutlineNumber OutlineLevel Priority Start Finish Duration DurationFormat Work EffortDriven Estimated Milestone Summary Critical FreeSlack TotalSlack PercentComplete Cost ActualStart ActualFinish ActualCost RemainingDuration ConstraintType CalendarUID ConstraintDate Deadline IgnoreResourceCalendar Notes PredecessorLink ExtendedAttribute Baseline",
    "Resource": "UID ID Name Type IsNull Group EmailAddress MaxUnits StandardRate StandardRateFormat CalendarUID Notes IsCostResource",
    "Baseline": "Number Start Finish Duration DurationFormat Work Cost",
}  # fmt: skip
STATED_PAIRS = {
    parent: {(name, later) for n, name in enumerate(names.split()) for later in names.split()[n + 1 :]}
    for parent, names in STATED.items()
}
CHOICES = {
    "LagFormat": {*range(3, 13), 19, 20, *range(35, 45), 51, 52, 53}, "DurationFormat": {*range(3, 13), 19, 20, 21, *range(35, 45), 51, 52, 53},
    "StandardRateFormat": {*range(1, 9)}, "CurrencyDigits": {0, 1, 2},
}  # fmt: skip
LONGEST = {"Project": {"Name": 255, "Title": 512, "Company": 512}, "Task": {"Name": 512, "Contact": 512}, "Resource": {"Name": 512, "EmailAddress": 512, "Group": 512}, "Calendar": {"Name": 512}}  # fmt: skip


def test_a_written_file_keeps_the_rules_of_the_schema(shared_data, rich):
    """Element order as in files that MS Project itself wrote; flags, times, spans, ranges; ids that lead somewhere."""
    from pmkit.connectors import xml

    rich("plan progress T-001 --percent 40 --remaining 4d --status-date 2026-03-06")
    rich("plan export ../out.xml")
    root = xml.read("out.xml", (rich.folder.parent / "out.xml").read_bytes()).root
    observed: dict[str, set[tuple[str, str]]] = {}
    for parent, names in STATED.items():
        listed = names.split()
        observed[parent] = {(name, later) for n, name in enumerate(listed) for later in listed[n + 1 :]}
    for file in (shared_data / "mspdi").glob("*project20*.xml"):
        order_in(xml.read(file.name, file.read_bytes()).root, observed)
    for parent, pairs in order_in(root, {}).items():
        known = observed.get(parent, set())
        assert [p for p in pairs if p not in known] == [], parent  # each order is stated, or seen
        for one, other in pairs & {p[::-1] for p in STATED_PAIRS.get(parent, set())}:
            raise AssertionError((parent, one, other))
    for element in root.inside():
        text = element.text.strip()
        if element.name in FLAGS:
            assert text in {"0", "1"}, element
        elif element.name in TIMES and not element.children:
            datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
        elif element.name in SPANS:
            assert re.fullmatch(r"PT\d+H\d+M\d+S", text), element
        elif element.name in CHOICES:
            assert int(text) in CHOICES[element.name], element
        elif element.name in RANGES:
            assert 0 <= int(text) < RANGES[element.name], element
        for child in element.children:
            assert len(child.text) <= LONGEST.get(element.name, {}).get(child.name, 10**6)
    for link in root.all("Tasks", "Task", "PredecessorLink"):
        assert link.value("Type") in {"0", "1", "2", "3"}
    for resource in root.all("Resources", "Resource"):
        assert resource.value("Type") in {"0", "1", "2"}
    uids = {}
    for table, row in (
        ("Calendars", "Calendar"),
        ("Tasks", "Task"),
        ("Resources", "Resource"),
        ("Assignments", "Assignment"),
    ):
        listed = [element.value("UID") for element in root.all(table, row)]
        assert len(listed) == len(set(listed)) > 0
        uids[row] = set(listed)
    assert {e.value("PredecessorUID") for e in root.all("Tasks", "Task", "PredecessorLink")} <= uids["Task"]
    assert {e.value("CalendarUID") for e in (*root.all("Tasks", "Task"), *root.all("Resources", "Resource"))} <= uids[
        "Calendar"
    ] | {"-1"}
    for assignment in root.all("Assignments", "Assignment"):
        assert assignment.value("TaskUID") in uids["Task"]
        assert assignment.value("ResourceUID") in uids["Resource"]


def test_a_calendar_file_parses_and_keeps_its_ids(rich):
    from icalendar import Calendar

    rich("plan export ../plan.ics")
    first = (rich.folder.parent / "plan.ics").read_bytes()
    events = {str(e["uid"]): e for e in Calendar.from_ical(first).walk("VEVENT")}
    assert len(events) == 6
    milestone = events["M-001@P1.pmkit"]
    assert "设计评审通过" in milestone["summary"]
    assert (milestone["dtend"].dt - milestone["dtstart"].dt).days == 1
    assert all(len(line) <= 75 for line in first.split(b"\r\n"))
    first.decode()
    rich("plan export ../plan.ics", code=4)
    rich("plan export ../plan.ics --overwrite")
    assert (rich.folder.parent / "plan.ics").read_bytes() == first


@pytest.mark.parametrize("ending", ["xml", "csv", "ics"])
def test_a_file_for_the_customer_holds_nothing_internal(rich, ending):
    rich("plan progress T-001 --percent 40 --remaining 4d --actual-cost 98765 --status-date 2026-03-06")
    rich("set T-001 notes=利润率很低")
    rich(f"plan export ../ours.{ending}")
    rich(f"plan export ../theirs.{ending} --audience customer")
    ours, theirs = (
        (rich.folder.parent / f"{name}.{ending}").read_text(encoding="utf-8-sig") for name in ("ours", "theirs")
    )
    for secret in ("利润率很低", "20000", "2000000", "98765", "9876500"):
        assert secret not in theirs
    assert "需求调研" in theirs
    if ending == "xml":
        assert "利润率很低" in ours
