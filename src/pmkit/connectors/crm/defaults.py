"""A mapping to begin with: what each CRM usually has, as far as this one has it. Nothing here is asked of the CRM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmkit.domain.crm import RECKONED, ModuleMap
from pmkit.domain.issues import SEVERITIES
from pmkit.domain.kind import about
from pmkit.domain.registry import kind_named
from pmkit.domain.requirements import PRIORITIES
from pmkit.kernel.text import Lang, Text
from pmkit.workspace.crm.fit import words_of
from pmkit.workspace.crm.meta import FieldInfo, Metadata, ModuleInfo

OPPORTUNITY, ACCOUNT = "{opportunity}", "{account}"
_NEW = ("New", "Not Started", "Open", "新建", "待处理", "未开始", "待分配", "待受理")
_ACTIVE = ("In Progress", "进行中", "处理中", "受理中", *_NEW)
_HOLD = ("On Hold", "Waiting for input", "Deferred", "挂起", "暂停", "已暂停", *_ACTIVE)
_CLOSED = ("Closed", "Completed", "Done", "已关闭", "已完成", "关闭", "完成", "已解决")
_STATES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "requirement": {
        "draft": _NEW, "reviewed": _NEW, "confirmed": _ACTIVE, "implemented": _ACTIVE, "verified": _ACTIVE,
        "accepted": _CLOSED, "rejected": _CLOSED, "withdrawn": _CLOSED,
    },
    "change": {
        "draft": _NEW, "submitted": _NEW, "assessed": _ACTIVE, "approved": _ACTIVE, "confirmed": _ACTIVE,
        "applied": _ACTIVE, "verified": _CLOSED, "closed": _CLOSED, "rejected": _CLOSED, "deferred": _HOLD,
        "withdrawn": _CLOSED,
    },
    "issue": {
        "open": _NEW, "analysing": _ACTIVE, "solving": _ACTIVE, "resolved": _ACTIVE, "on_hold": _HOLD,
        "closed": _CLOSED,
    },
    "task": {"open": _ACTIVE, "done": _CLOSED},
}  # fmt: skip
_RANKS = {
    "must": ("High", "高", "Highest", "紧急"), "should": ("Medium", "中", "Normal"), "could": ("Low", "低", "Lowest"),
    "wont": ("Low", "低", "Lowest"),
    "fatal": ("High", "紧急", "高"), "serious": ("High", "高"), "normal": ("Medium", "中", "Normal", "一般"),
    "minor": ("Low", "低"),
}  # fmt: skip
_HEALTH = {"green": ("Green", "绿", "正常"), "amber": ("Amber", "Yellow", "黄", "预警"), "red": ("Red", "红", "滞后")}


@dataclass(frozen=True, slots=True)
class Wish:
    """An entry of the mapping as we would like it: each field with the names that it may have there.

    `named`: words in the name or label of a custom module that is meant before `module`.
    """

    kind: str
    module: str
    direction: str
    fields: Mapping[str, Sequence[str]]
    under: str = "opportunity"
    related: str | None = None
    named: tuple[str, ...] = ()
    marker: str | None = None
    pulled: tuple[str, ...] = ()  # fields that are only read
    when: Mapping[str, Sequence[str]] = field(default_factory=dict)
    new_here: Mapping[str, str] = field(default_factory=dict)
    new_there: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


_PRIVATE = {"visibility": "internal"}
_DESCRIPTION = ("Description", "描述", "说明", "内容", "需求描述", "变更内容", "备注")
_STATUS = ("Status", "状态")
_ZOHO_CASE: Mapping[str, str | Sequence[str]] = {
    "Status": _NEW, "Case_Origin": ("Web", "Email"), "Deal_Name": OPPORTUNITY, "Account_Name": ACCOUNT,
}  # fmt: skip
ZOHO: tuple[Wish, ...] = (
    Wish("project", "Accounts", "pull", {"customer": ("Account_Name",)}, under="account"),
    Wish(
        "project", "Deals", "both",
        {
            "name": ("Deal_Name",), "contract_price": ("Amount",), "scope": ("Description",),
            "health": ("Pmkit_Health",), "standing": ("Pmkit_Status", "Next_Step"), "milestones": ("Pmkit_Milestones",),
        },
        pulled=("name", "contract_price", "scope"),
    ),
    Wish(
        "person", "Contacts", "pull",
        {
            "name": ("Last_Name+First_Name",), "email": ("Email",), "phone": ("Mobile", "Phone"),
            "position": ("Title",), "department": ("Department",),
        },
        under="account",
    ),
    Wish(
        "requirement", "Cases", "both",
        {
            "title": ("Subject", "Name"), "statement": _DESCRIPTION, "priority": ("Priority", "优先级"),
            "status": _STATUS,
        },
        named=("requirement", "需求"), when={"Type": ("Feature Request", "Requirement", "需求")},
        new_there={"Type": ("Feature Request", "Requirement", "需求"), **_ZOHO_CASE},
    ),
    Wish(
        "change", "Cases", "push",
        {"title": ("Subject", "Name"), "outline": _DESCRIPTION, "status": _STATUS},
        named=("change", "变更"),
        new_there={"Type": ("Question", "Change", "变更"), **_ZOHO_CASE},
    ),
    Wish(
        "issue", "Cases", "both",
        {
            "title": ("Subject",), "description": ("Description",), "severity": ("Priority",), "status": ("Status",),
        },
        new_there={"Type": ("Problem", "问题"), **_ZOHO_CASE},
    ),
    Wish(
        "task", "Tasks", "push",
        {"name": ("Subject",), "finish": ("Due_Date",), "outlook": ("Description",), "state": ("Status",)},
        new_there={"What_Id": OPPORTUNITY},
    ),
    Wish(
        "meeting", "Notes", "push", {"title": ("Note_Title",), "minutes": ("Note_Content",)}, marker="Note_Title",
        new_there={"Parent_Id": OPPORTUNITY},
    ),
    Wish(
        "communication", "Notes", "both",
        {"title": ("Note_Title",), "summary": ("Note_Content",), "time": ("Created_Time",)}, marker="Note_Title",
        pulled=("time",), new_here={"channel": "phone", **_PRIVATE}, new_there={"Parent_Id": OPPORTUNITY},
    ),
    Wish(
        "communication", "Calls", "pull",
        {"title": ("Subject",), "summary": ("Description",), "time": ("Call_Start_Time",), "with": ("Who_Id",)},
        new_here={"channel": "phone", **_PRIVATE},
    ),
    Wish(
        "communication", "Events", "pull",
        {"title": ("Event_Title",), "summary": ("Description",), "time": ("Start_DateTime",), "with": ("Who_Id",)},
        new_here={"channel": "visit", **_PRIVATE},
    ),
)  # fmt: skip
_FX_PARENTS = {"new_opportunity_id": OPPORTUNITY, "account_id": ACCOUNT}
FXIAOKE: tuple[Wish, ...] = (
    Wish("project", "AccountObj", "pull", {"customer": ("name",)}, under="account"),
    Wish(
        "project", "NewOpportunityObj", "both",
        {
            "name": ("name",), "contract_price": ("amount",), "scope": ("remark",),
            "health": ("pmkit_health__c", "项目状态"), "standing": ("pmkit_status__c", "项目状态说明"),
            "milestones": ("pmkit_milestones__c", "项目里程碑"),
        },
        pulled=("name", "contract_price", "scope"),
    ),
    Wish(
        "person", "ContactObj", "pull",
        {
            "name": ("name",), "email": ("email", "邮件", "邮箱"), "phone": ("mobile1", "mobile", "tel1", "手机"),
            "position": ("job_title", "职务"), "department": ("department", "部门"),
        },
        under="account", related="account_id",
    ),
    Wish(
        "requirement", "", "both",
        {
            "title": ("name",), "statement": ("需求描述", "描述", "说明", "内容", "备注", "remark"),
            "priority": ("优先级",), "status": _STATUS,
        },
        named=("requirement", "需求"), new_there=_FX_PARENTS, related="商机",
    ),
    Wish(
        "change", "", "push",
        {"title": ("name",), "outline": ("变更内容", "描述", "说明", "内容", "备注", "remark"), "status": _STATUS},
        named=("change", "变更"), new_there=_FX_PARENTS, related="商机",
    ),
    Wish(
        "issue", "CasesObj", "both",
        {
            "title": ("title", "subject", "标题", "主题", "name"),
            "description": ("problem_description", "description", "问题描述", "描述", "remark"),
            "severity": ("priority", "优先级"), "status": ("case_status", "status", "状态", "工单状态"),
        },
        under="account", related="account_id", new_there={"account_id": ACCOUNT},
    ),
    Wish(
        "task", "", "push",
        {
            "name": ("name",), "finish": ("计划完成日期", "完成日期", "finish_date__c"),
            "outlook": ("说明", "备注", "remark"), "state": _STATUS,
        },
        named=("milestone", "里程碑"), new_there=_FX_PARENTS, related="商机",
    ),
    Wish(
        "meeting", "ActiveRecordObj", "push", {"minutes": ("active_record_content",)}, marker="active_record_content",
        related="new_opportunity_id", new_there={**_FX_PARENTS, "related_object_data": OPPORTUNITY},
    ),
    Wish(
        "communication", "ActiveRecordObj", "both",
        {"summary": ("active_record_content",), "time": ("create_time",)}, marker="active_record_content",
        pulled=("time",), related="new_opportunity_id", new_here={"channel": "phone", **_PRIVATE},
        new_there={**_FX_PARENTS, "related_object_data": OPPORTUNITY},
    ),
)  # fmt: skip
WISHES = {"zoho": ZOHO, "fxiaoke": FXIAOKE}


def default_modules(vendor: str, modules: Mapping[str, ModuleInfo]) -> list[str]:
    """The modules whose fields have to be known to make a mapping."""
    found = [_module(wish, modules) for wish in WISHES[vendor]]
    return list(dict.fromkeys(one for one in found if one is not None))


def default_map(vendor: str, meta: Metadata, lang: Lang) -> tuple[list[ModuleMap], list[Text]]:
    """The entries that this CRM can serve, and what it lacks for the others."""
    entries: list[ModuleMap] = []
    notes: list[Text] = []
    for wish in WISHES[vendor]:
        module = _module(wish, meta.modules)
        if module is None:
            notes.append(
                Text(
                    "nothing there stands for {kinds}; map them by hand",
                    "CRM 中没有可对应{kinds}的对象，可自行写入对照表",
                ).format(kinds=kind_named(wish.kind).plural)
            )
            continue
        made, lacking = _entry(wish, module, meta, lang)
        notes += lacking
        if made is not None:
            entries.append(ModuleMap.model_validate(made))
    return entries, notes


def offline_map(vendor: str, lang: Lang) -> list[ModuleMap]:
    """The same, made without asking anybody: the first name of each field, for sheets and to be edited by hand."""
    names = {wish.module for wish in WISHES[vendor] if wish.module}
    fields = {
        wish.module: {
            name: FieldInfo(name, name, "text")
            for other in WISHES[vendor]
            if other.module == wish.module
            for names_ in (*([n[0]] for n in other.fields.values()), list(other.new_there), ["Pmkit_ID", "pmkit_id__c"])
            for one in names_
            for name in one.split("+")
        }
        for wish in WISHES[vendor]
        if wish.module
    }
    meta = Metadata({name: ModuleInfo(name, name) for name in names}, fields)
    return default_map(vendor, meta, lang)[0]


def _module(wish: Wish, modules: Mapping[str, ModuleInfo]) -> str | None:
    """A custom module that is called for it, else the usual one."""
    for word in wish.named:
        for info in modules.values():
            if info.is_custom and (word in info.name.lower() or word in info.label.lower()):
                return info.name
    return wish.module if wish.module in modules else None


def _entry(wish: Wish, module: str, meta: Metadata, lang: Lang) -> tuple[dict[str, Any] | None, list[Text]]:
    fields = meta.fields.get(module, {})
    notes: list[Text] = []
    found: dict[str, Any] = {}
    for ours, candidates in wish.fields.items():
        theirs = _first(candidates, fields)
        if theirs is None:
            continue
        mapped: dict[str, Any] = {"theirs": theirs}
        if ours in wish.pulled and wish.direction == "both":
            mapped["direction"] = "pull"
        info = fields[theirs[0]]
        values = _values(wish.kind, ours, info, lang)
        words = words_of(wish.kind, ours)
        goes_out = wish.direction != "pull" and ours not in wish.pulled
        if goes_out and (not info.writable or (info.choices and words and set(words) - values.keys())):
            notes.append(_left_out(module, ours, theirs[0]))
            continue
        if values:
            mapped["values"] = values
        found[ours] = mapped
    needed = [name for name in ("title", "name", "summary", "minutes", "customer") if name in wish.fields]
    if not found or (needed and not any(name in found for name in needed)):
        notes.append(_left_out(module, needed[0] if needed else wish.kind, "?"))
        return None, notes
    data: dict[str, Any] = {"kind": wish.kind, "module": module, "direction": wish.direction, "under": wish.under}
    data["fields"] = {
        k: v["theirs"][0] if v.keys() == {"theirs"} and len(v["theirs"]) == 1 else v for k, v in found.items()
    }
    related = _related(wish, fields)
    if related:
        data["related"] = related
    if wish.direction != "pull" and wish.kind != "project":
        notes += _with_key(data, wish, module, fields, found)
    when = {k: [w for w in words if _may_be(fields[k], w)] for k, words in wish.when.items() if k in fields}
    data |= {"when": {k: v for k, v in when.items() if v}} if any(when.values()) else {}
    data |= {"new_here": dict(wish.new_here)} if wish.new_here else {}
    new_there = dict(_new_there(wish, fields)) if wish.direction != "pull" else {}
    if wish.direction != "pull" and related in fields:
        new_there.setdefault(related or "", OPPORTUNITY if wish.under == "opportunity" else ACCOUNT)
    data |= {"new_there": new_there} if new_there else {}
    return data, notes


def _with_key(
    data: dict[str, Any], wish: Wish, module: str, fields: Mapping[str, FieldInfo], found: Mapping[str, Any]
) -> Iterable[Text]:
    key = next(
        (f for f in fields.values() if _plain(f.name).startswith("pmkitid") or _plain(f.label) == "pmkitid"), None
    )
    if key is not None:
        data["key"] = key.name
        if not key.unique:
            says = Text(
                "{module}: mark `{field}` as unique, or two machines could make a record twice in the same moment",
                "{module}：请将 `{field}` 设为唯一，否则两台电脑同时写入时可能重复建立",
            )
            yield says.format(module=module, field=key.name)
        return
    title = next((found[n]["theirs"][0] for n in ("title", "name", "summary", "minutes") if n in found), None)
    data["marker"] = wish.marker or title
    if wish.marker is None:
        says = Text(
            "{module} has no field for our key (Pmkit_ID): it stands at the end of `{field}` instead",
            "{module} 没有存放本方编号的字段（Pmkit_ID）：编号将附在 `{field}` 末尾",
        )
        yield says.format(module=module, field=title)


def _plain(name: str) -> str:
    return "".join(ch for ch in name.casefold() if ch.isalnum())


def _related(wish: Wish, fields: Mapping[str, FieldInfo]) -> str | None:
    if wish.related is None or wish.related in fields:
        return wish.related
    return next((f.name for f in fields.values() if f.label == wish.related and f.type == "lookup"), wish.related)


def _first(candidates: Sequence[str], fields: Mapping[str, FieldInfo]) -> list[str] | None:
    """The first candidate that there is, by its name or its label; `A+B` stands for two that are read as one."""
    for candidate in candidates:
        names = candidate.split("+")
        if all(name in fields for name in names):
            return names
    for candidate in candidates:
        if (by_label := next((f.name for f in fields.values() if f.label == candidate), None)) is not None:
            return [by_label]
    return None


def _values(kind: str, ours: str, info: FieldInfo, lang: Lang) -> dict[str, str]:
    """The table of a field's words: choices of theirs that fit ours; into a text go the words of our language."""
    words = sorted(words_of(kind, ours), key=lambda word: word == "fatal")  # what is read as High is not at once fatal
    if not info.choices:
        return {code: text.to(lang) for code, text in _labels(kind, ours).items()} if info.type == "text" else {}
    wanted: Mapping[str, Sequence[str]] = _STATES.get(kind, {}) if ours in {"status", "state"} else _RANKS
    wanted = _HEALTH if ours == "health" else wanted
    known = {word.casefold(): word for word in info.choices}
    table = {
        word: next((known[c.casefold()] for c in wanted.get(word, ()) if c.casefold() in known), None) for word in words
    }
    return {word: choice for word, choice in table.items() if choice is not None}


def _labels(kind: str, ours: str) -> Mapping[str, Text]:
    found = kind_named(kind)
    if ours == "status" and found.states is not None:
        return found.states.names
    if ours == "health":
        return {"green": Text("green", "正常"), "amber": Text("amber", "预警"), "red": Text("red", "滞后")}
    if ours == "state":
        return {"open": Text("open", "未完成"), "done": Text("done", "已完成")}
    if ours in RECKONED.get(kind, {}):
        return {}
    known = {"priority": PRIORITIES, "severity": SEVERITIES}
    return known.get(ours) or about(found.model)[ours].words


def _new_there(wish: Wish, fields: Mapping[str, FieldInfo]) -> Iterator[tuple[str, str]]:
    for name, given in wish.new_there.items():
        if name not in fields and name != "related_object_data":
            continue
        if isinstance(given, str):
            if name in fields:
                yield name, given
            continue
        if (value := next((one for one in given if _may_be(fields[name], one)), None)) is not None:
            yield name, value


def _may_be(info: FieldInfo, word: str) -> bool:
    return not info.choices or word in info.choices


def _left_out(module: str, ours: str, theirs: str) -> Text:
    says = Text(
        "{module}: `{ours}` is left out ({theirs} does not fit)", "{module}：未对应 `{ours}`（{theirs} 不适用）"
    )
    return says.format(module=module, ours=ours, theirs=theirs)
