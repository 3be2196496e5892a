"""`pmkit acceptance round`, `run` and `import`: results of the cases, by hand, key by key, or out of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmkit.cli.deliverable import EVIDENCE
from pmkit.cli.generic import list_command, on_terminal, set_command, show_command, transitions
from pmkit.cli.keys import asked_key
from pmkit.cli.language import h, tell
from pmkit.cli.session import WRITING, Session, command, group, locked, one_of, out, print_json, read_file
from pmkit.domain.acceptance import AcceptanceCase
from pmkit.domain.acceptance_rounds import RESULTS, ROUND, Round
from pmkit.domain.acceptance_rules import STAGES
from pmkit.domain.issues import SEVERITIES
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text
from pmkit.kernel.usage import usage

if TYPE_CHECKING:
    from pmkit.actions.acceptance_rounds import Outcome
    from pmkit.connectors.junit import Matched, Test

app = group(tell(ROUND.plural))
_RoundId = Annotated[str, typer.Argument(metavar="RND-ID")]
STAGE = typer.Option("--stage", help=", ".join(STAGES))
_BY = {"as_": "--by"}


def _start(
    s: Session,
    stage: Annotated[str, STAGE] = "preliminary",
    case: Annotated[
        list[str] | None,
        typer.Option("--case", metavar="ID,ID", help=h("just these; may be repeated", "只执行这些用例；可重复")),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=h("those that passed, too", "包含已通过的用例"))] = False,
    tester: Annotated[
        list[str] | None, typer.Option("--tester", metavar="HANDLE", help=h("may be repeated", "测试人员；可重复"))
    ] = None,
    environment: Annotated[str | None, typer.Option(help=h("where it runs", "测试环境"))] = None,
    title: Annotated[str | None, typer.Option(help=h("what it is called", "名称"))] = None,
) -> None:
    from pmkit.actions.acceptance_rounds import start
    from pmkit.cli.interview import people_of

    one_of(stage, STAGES)
    ws = s.whole
    only = [ws.get(one, AcceptanceCase) for one in people_of(case)]
    given = {"title": title, "environment": environment, "testers": people_of(tester)}
    edits, drafts = start(
        ws, stage, only, {k: v for k, v in given.items() if v}, s.next_id, s.acting, everything=everything
    )
    notes = []
    if drafts:
        listed = Text.join(Text.same(one.id) for one in drafts[:10])
        notes.append(Text(en="left out, still drafts: {ids}", zh="未列入（仍为草稿）：{ids}").format(ids=listed))
    then = Text("next: pmkit acceptance run {id}", "下一步：pmkit acceptance run {id}").format(id=edits.records[0])
    s.write(edits, *notes, then=then)


def _record(
    s: Session,
    round_id: _RoundId,
    case_ids: Annotated[list[str], typer.Argument(metavar="CAS-ID...")],
    result: Annotated[
        str,
        typer.Option(
            "--result", help=h("pass, fail, blocked, skipped", "pass 通过、fail 不通过、blocked 阻塞、skipped 未执行")
        ),
    ],
    actual: Annotated[
        str | None, typer.Option(help=h("what came out, or why it was not run", "实际结果，或未执行的原因"))
    ] = None,
    evidence: Annotated[list[str] | None, EVIDENCE] = None,
    issue: Annotated[
        list[str] | None,
        typer.Option("--issue", metavar="ISS-ID", help=h("a known defect; may be repeated", "已登记的缺陷；可重复")),
    ] = None,
    defect: Annotated[
        str | None,
        typer.Option(
            "--defect",
            metavar="'TEXT; SEVERITY; HANDLE; DATE'",
            help=h("open an issue for what is wrong", "将缺陷登记为问题（内容；严重程度；责任人；期限）"),
        ),
    ] = None,
) -> None:
    from pmkit.actions.acceptance_rounds import Outcome, parse_defect, record
    from pmkit.actions.evidence import Received
    from pmkit.actions.interviews import handles_of
    from pmkit.domain.issues import Issue
    from pmkit.workspace.model import normal_id

    files = tuple(Received(Path(one).name, read_file(one)) for one in evidence or [])
    known = tuple(s.ws.get(one, Issue).id for one in issue or [])
    found = parse_defect(defect, handles_of(s.ws)) if defect else {}
    code = _result(result)
    cases = [s.ws.get(one, AcceptanceCase) for one in dict.fromkeys(map(normal_id, case_ids))]
    outcomes: list[Outcome] = []
    for n, case in enumerate(cases):
        outcomes.append(Outcome(case, code, actual, files, known, found if n == 0 else {}))
        if found and n:
            raise UsageError(
                Text("a new defect is of one case", "新缺陷一次只能对应一个用例"),
                usage("--issue ISS-ID"),
            )
    one = s.ws.get(round_id, Round)
    s.write(record(s.ws, one, outcomes, s.next_id, s.acting), *_left(one, {case.id for case in cases}))


def _result(said: str) -> str:
    """The result that a word of either language stands for."""
    forms = {form.casefold(): key for key, word in RESULTS.items() for form in (key, word.en, word.zh)}
    forms |= {"passed": "pass", "failed": "fail", "block": "blocked", "skip": "skipped"}
    return forms.get(said.casefold()) or one_of(said, RESULTS)


def _left(one: Round, done: set[str]) -> list[Text]:
    left = [case for case in one.pending if case not in done]
    if left:
        return [Text(en="{n} cases left", zh="尚余 {n} 个用例").format(n=len(left))]
    return [
        Text("next: pmkit acceptance round finish {id}", "下一步：pmkit acceptance round finish {id}").format(id=one.id)
    ]


def _finish(
    s: Session,
    round_id: _RoundId,
    conclusion: Annotated[str | None, typer.Option(help=h("what it comes to", "本轮结论"))] = None,
    skip: Annotated[
        str | None,
        typer.Option("--skip", metavar="REASON", help=h("why the rest was not run", "其余用例未执行的原因")),
    ] = None,
) -> None:
    from pmkit.actions.acceptance_rounds import finish

    one = s.ws.get(round_id, Round)
    counts = one.counts
    counts["skipped"] += counts.pop("pending")
    said = Text.join(Text(f"{n} {RESULTS[k].en}", f"{RESULTS[k].zh} {n}") for k, n in counts.items() if n)
    s.write(finish(one, conclusion, skip, s.acting), said)


# --- in the terminal -------------------------------------------------------------------------------------------------

# No dry run, and so no lock over the whole walk.
_ONE_BY_ONE = {key: option for key, option in WRITING.items() if key != "dry_run"}
_KEYS = {"p": "pass", "f": "fail", "b": "blocked", "s": "skipped"}


def _run(s: Session, round_id: _RoundId) -> None:
    if not on_terminal():
        raise UsageError(
            Text("`acceptance run` asks key by key and needs a terminal", "`acceptance run` 逐键询问，须在终端中执行"),
            usage(f"pmkit acceptance round record {round_id} CAS-ID --result pass"),
        )
    from pmkit.actions.acceptance_rounds import record

    one = s.whole.get(round_id, Round)
    pending = one.pending
    if not pending:
        out(h("every case has a result", "全部用例均已有结果"))
        _say_next(one.id)
        return
    done = len(one.cases) - len(pending)
    for number, case_id in enumerate(pending, start=done + 1):
        case = s.ws.get(case_id, AcceptanceCase)
        _show_case(case, number, len(one.cases))
        outcome = _asked(case)
        if outcome is None:
            out(h("left; the same command goes on here", "已退出，再次执行同一命令可继续"))
            return
        fresh = s.again()  # others work meanwhile: the lock is held for each result, not for the walk
        with locked(fresh):
            write = record(fresh.ws, fresh.ws.get(round_id, Round), [outcome], fresh.next_id, fresh.acting)
            fresh.write(write)
    _say_next(one.id)


def _say_next(round_id: str) -> None:
    line = Text("next: pmkit acceptance round finish {id}", "下一步：pmkit acceptance round finish {id}")
    out(tell(line.format(id=round_id)))


def _show_case(case: AcceptanceCase, number: int, of: int) -> None:
    out()
    out(f"[{number}/{of}] {case.id}  {case.title}")
    for label, value in (
        (h("criterion", "验收标准"), case.criterion),
        (h("preconditions", "前提条件"), case.preconditions),
    ):
        if value:
            out(f"  {label}{h(': ', '：')}{value.strip()}")
    for n, line in enumerate(case.procedure, start=1):
        out(f"  {n}. {line.strip()}")
    if case.expected:
        out(f"  {h('expected: ', '预期结果：')}{case.expected.strip()}")


def _asked(case: AcceptanceCase) -> Outcome | None:
    """The outcome that somebody typed; None where they leave."""
    from pmkit.actions.acceptance_rounds import Outcome

    prompt = h("  p pass  f fail  b blocked  s skip  q quit > ", "  p 通过  f 不通过  b 阻塞  s 跳过  q 退出 > ")
    while True:
        key = asked_key(prompt)
        if key in {"", "q", "\x04", "\x1b"}:
            return None
        result = _KEYS.get(key)
        if result is None:
            continue
        if result == "pass":
            return Outcome(case, result)
        if result != "fail":
            why = str(typer.prompt(h("  why", "  原因"), err=True)).strip()
            return Outcome(case, result, why)
        what = str(typer.prompt(h("  what is wrong", "  缺陷"), err=True)).strip()
        return Outcome(case, result, defect={"title": what, "severity": _severity()})


def _severity() -> str:
    keys = dict(zip("1234", SEVERITIES, strict=True))
    words = "  ".join(f"{key} {tell(SEVERITIES[severity])}" for key, severity in keys.items())
    while True:
        key = asked_key(f"  {words} > ")
        if key in keys:
            return keys[key]
        if key in {"", "\x04"}:
            raise KeyboardInterrupt


# --- from the delivery's own tests -----------------------------------------------------------------------------------


def _import(
    s: Session,
    file: Annotated[str, typer.Argument(metavar="RESULTS.xml", help=h("JUnit XML", "JUnit XML 结果文件"))],
    round_id: Annotated[
        str | None,
        typer.Option(
            "--round",
            metavar="RND-ID",
            help=h("into this round (default: the one running)", "记入的轮次（默认为进行中的一轮）"),
        ),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            "--map", metavar="FILE", help=h("CSV: test or pattern, case", "对应关系 CSV：测试名或通配符，用例编号")
        ),
    ] = None,
    severity: Annotated[
        str, typer.Option("--severity", help=h("of the defects that are opened", "新登记缺陷的严重程度"))
    ] = "normal",
) -> None:
    from pmkit.actions.acceptance_rounds import record
    from pmkit.actions.evidence import Received
    from pmkit.connectors.junit import matched, parse_junit, parse_mapping

    one_of(severity, SEVERITIES)
    ws = s.whole
    one = _running_round(s, round_id)
    content = read_file(file)
    tests = parse_junit(content, Path(file).name)
    pairs = parse_mapping(read_file(mapping), Path(mapping).name) if mapping else {}
    found, unmatched = matched(tests, ws.of(AcceptanceCase), pairs)
    inside = [m for m in found if m.case in one.cases]
    received = Received(Path(file).name, content)
    outcomes = [_outcome(ws.get(m.case, AcceptanceCase), m, received, severity, one) for m in inside]
    told = _imported_json(one, found, unmatched)
    if not outcomes:
        if s.json:
            print_json(told)
        else:
            _say_unmatched(one, found, unmatched)
        raise UsageError(
            Text(en="no test of {file} belongs to a case of {round}", zh="{file} 中没有测试对应 {round} 的用例").format(
                file=Path(file).name, round=one.id
            ),
            Text(
                "put the case's id into the test's name or a property, or map them: --map FILE (test,CAS-001)",
                "请在测试名或 property 中写用例编号，或用 --map 文件 指明（测试名,CAS-001）",
            ),
        )
    edits = record(ws, one, outcomes, s.next_id, s.acting)
    s.write(
        edits,
        *(Text("{case}  {what}", "{case}  {what}").format(case=o.case.id, what=RESULTS[o.result]) for o in outcomes),
        more=told,
    )
    if not s.json:
        _say_unmatched(one, found, unmatched)


def _outcome(case: AcceptanceCase, found: Matched, received: Any, severity: str, one: Round) -> Outcome:
    from pmkit.actions.acceptance_rounds import Outcome

    earlier = one.latest.get(case.id)
    known = earlier.issues if earlier is not None and found.result == "fail" else ()
    told = found.message or None
    if found.result == "fail" and not known:
        title = f"{case.title}{h(': automated test failed', '：自动化测试不通过')}"
        return Outcome(case, "fail", told, (received,), (), {"title": title, "severity": severity})
    return Outcome(
        case, found.result, told or (h("skipped", "已跳过") if found.result != "pass" else None), (received,), known
    )


def _running_round(s: Session, round_id: str | None) -> Round:
    if round_id:
        return s.whole.get(round_id, Round)
    running = [one for one in s.whole.of(Round) if one.status == "running"]
    if len(running) != 1:
        raise UsageError(
            Text("no round is running", "没有进行中的轮次")
            if not running
            else Text(en="several rounds are running: {ids}", zh="有多轮测试正在进行：{ids}").format(
                ids=Text.join(Text.same(one.id) for one in running)
            ),
            usage("pmkit acceptance round start --stage preliminary") if not running else usage("--round RND-ID"),
        )
    return running[0]


def _imported_json(one: Round, found: list[Matched], unmatched: list[Test]) -> dict[str, Any]:
    return {
        "round": one.id,
        "results": [
            {"case": m.case, "result": m.result, "tests": [t.full_name for t in m.tests]}
            for m in found
            if m.case in one.cases
        ],
        "not_in_round": [m.case for m in found if m.case not in one.cases],
        "unmatched": [test.full_name for test in unmatched],
        "without_test": [case for case in one.cases if case not in {m.case for m in found}],
    }


def _say_unmatched(one: Round, found: list[Matched], unmatched: list[Test]) -> None:
    told = _imported_json(one, found, unmatched)
    for key, words in (
        ("unmatched", Text("tests that belong to no case: {n}", "未对应用例的测试：{n} 个")),
        ("not_in_round", Text("cases that {round} does not run: {n}", "不在 {round} 中的用例：{n} 个")),
        ("without_test", Text("cases of {round} without a test: {n}", "{round} 中没有测试的用例：{n} 个")),
    ):
        if told[key]:
            out(f"  {tell(words.format(n=len(told[key]), round=one.id))}")
            for line in told[key]:
                out(f"    {line}")


command(app, "start", h("Start a round of tests", "开始一轮验收测试"), WRITING)(_start)
command(app, "record", h("Record the result of cases", "记录用例结果"), WRITING, aliases=_BY)(_record)
command(app, "finish", h("Finish a round", "结束一轮测试"), WRITING)(_finish)
list_command(app, ROUND)
show_command(app)
set_command(app)
transitions(app, ROUND)


def add_to(parent: typer.Typer) -> None:
    """`run` and `import`, below `pmkit acceptance`."""
    says = h("Walk the cases of a round, one key a result", "在终端逐个执行用例，一键一个结果")
    command(parent, "run", says, _ONE_BY_ONE, aliases=_BY)(_run)
    command(parent, "import", h("Results out of JUnit XML", "导入 JUnit XML 测试结果"), WRITING)(_import)
