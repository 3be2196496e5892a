"""What is exchanged with a CRM: `crm.yaml`, which records and fields stand for which of its modules and fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field

from pmkit.domain.kind import WORKFLOW_FIELDS, About, Kind, Part, Record, Storage, Tracked, about, inner_model
from pmkit.domain.people import Person
from pmkit.domain.plan import Task
from pmkit.domain.project import Project
from pmkit.domain.registry import kind_named
from pmkit.domain.values import Line
from pmkit.kernel.errors import UsageError
from pmkit.kernel.text import Text, did_you_mean

VENDORS = {"zoho": Text("Zoho CRM", "Zoho CRM"), "fxiaoke": Text("Fxiaoke", "纷享销客")}
DIRECTIONS = {
    "pull": Text("from the CRM", "仅从 CRM 读入"),
    "push": Text("to the CRM", "仅写入 CRM"),
    "both": Text("both ways", "双向"),
}
Direction = Literal["pull", "push", "both"]
SCOPES = {
    "account": Text("of the account", "客户名下"),
    "opportunity": Text("of the opportunity", "商机名下"),
    "all": Text("the whole module", "整个对象"),
}

# What a record tells beside its fields: reckoned, so it only goes out.
RECKONED: Mapping[str, Mapping[str, Text]] = {
    "project": {
        "health": Text("Overall state", "总体状态"),
        "standing": Text("State and reason", "状态及说明"),
        "milestones": Text("Milestones", "里程碑"),
    },
    "task": {
        "finish": Text("Forecast finish", "预测完成日期"),
        "baseline_finish": Text("Baseline finish", "基准完成日期"),
        "state": Text("State", "完成状态"),
        "outlook": Text("Outlook", "里程碑说明"),
    },
    "meeting": {"minutes": Text("Minutes", "纪要正文")},
    "change": {"outline": Text("Outline", "变更摘要")},
    "communication": {"record": Text("Record", "沟通记录正文")},
}
STATES_OF_TASK = ("open", "done")


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _spelled_out(value: Any) -> Any:
    return {"theirs": value} if isinstance(value, (str, list)) else value


Names = Annotated[tuple[Line, ...], BeforeValidator(_listed)]


class FieldMap(Part):
    """The CRM's field behind a field of ours; several are read as one text, and then only read.

    `values`: our value and theirs, where the words differ.
    """

    theirs: Annotated[Names, About("Their field", "对方字段")]
    direction: Annotated[Direction | None, About("Direction", "方向", words=DIRECTIONS)] = None
    values: Annotated[Mapping[Line, Line], About("Values", "取值对照"), Field(default_factory=dict)]


Mapped = Annotated[FieldMap, BeforeValidator(_spelled_out)]


class ModuleMap(Part):
    """A kind of record and the CRM's module (object) that stands for it.

    `under`: whose records are exchanged; `related` is what the CRM calls that relation (Zoho: the related list,
    Fxiaoke: the field that refers to it). `key`: their field with our own key, by which nothing is made twice;
    `marker`: a text field that carries it where the module has no such field. `when`: which of the module's records are
    meant. `new_here` and `new_there`: what a new record gets beside the mapped fields; `{account}` and `{opportunity}`
    stand for the ids.
    """

    kind: Annotated[Line, About("Kind of record", "记录类型")]
    module: Annotated[Line, About("Module", "对方对象")]
    direction: Annotated[Direction, About("Direction", "方向", words=DIRECTIONS)]
    under: Annotated[Literal["account", "opportunity", "all"], About("Which records", "范围", words=SCOPES)] = (
        "opportunity"
    )
    related: Annotated[Line | None, About("Relation", "关联列表或字段")] = None
    key: Annotated[Line | None, About("Field with our key", "存放本方编号的字段")] = None
    marker: Annotated[Line | None, About("Text field that carries our key", "附带本方编号的文本字段")] = None
    when: Annotated[Mapping[Line, Names], About("Only where", "仅限取值"), Field(default_factory=dict)]
    fields: Annotated[Mapping[Line, Mapped], About("Fields", "字段对照")]
    new_here: Annotated[
        Mapping[Line, Line], About("New ones here get", "本方新记录的默认值"), Field(default_factory=dict)
    ]
    new_there: Annotated[
        Mapping[Line, Line], About("New ones there get", "对方新记录的默认值"), Field(default_factory=dict)
    ]

    @property
    def pulls(self) -> bool:
        return self.direction != "push"

    @property
    def pushes(self) -> bool:
        return self.direction != "pull"

    @property
    def is_project(self) -> bool:
        """The account or opportunity itself, which stands for the project's profile."""
        return self.kind == "project"

    def way(self, field: str) -> Direction:
        """In which direction a field goes: its own, within that of the module; reckoned and joined ones go one way."""
        mapped = self.fields[field]
        if field == "status" or field in RECKONED.get(self.kind, {}):
            return "push"
        if len(mapped.theirs) > 1:
            return "pull"
        return mapped.direction or self.direction

    @property
    def their_fields(self) -> tuple[str, ...]:
        """Every field of theirs that has to be read, each once."""
        named = [name for mapped in self.fields.values() for name in mapped.theirs]
        return tuple(dict.fromkeys(n for n in (*named, *self.when, self.key, self.marker) if n))


class Hosts(Part):
    """Other addresses than the region's: a data centre of one's own, a proxy, a test. The environment wins."""

    accounts: Annotated[Line | None, About("Accounts server", "账号服务地址")] = None
    api: Annotated[Line | None, About("API", "接口地址")] = None
    files: Annotated[Line | None, About("Files", "文件服务地址")] = None


class CrmLink(Record):
    """The CRM, the account and opportunity that the project belongs to, and what stands for what. No secrets."""

    crm: Annotated[Literal["zoho", "fxiaoke"], About("CRM", "CRM 系统", words=VENDORS)]
    region: Annotated[Line | None, About("Region", "区域")] = None
    hosts: Annotated[Hosts, About("Hosts", "服务地址")] = Hosts()
    user: Annotated[Line | None, About("Employee that acts there", "对方操作员工编号")] = None
    account: Annotated[Line | None, About("Account", "客户编号")] = None
    account_name: Annotated[Line | None, About("Account's name", "客户名称")] = None
    opportunity: Annotated[Line | None, About("Opportunity", "商机编号")] = None
    opportunity_name: Annotated[Line | None, About("Opportunity's name", "商机名称")] = None
    map: Annotated[tuple[ModuleMap, ...], About("Mapping", "对照表")] = ()

    @property
    def vendor(self) -> Text:
        return VENDORS[self.crm]

    @property
    def within(self) -> Text:
        """Its name inside a sentence: Latin words stand apart from Chinese ones."""
        name = self.vendor
        return Text(name.en, f" {name.zh} " if name.zh.isascii() else name.zh)

    @property
    def acting(self) -> str:
        """The CRM as whoever takes a step: a name with an address, as git has it."""
        return f"{self.vendor.zh} <{self.crm}>"

    def parent(self, under: str) -> str | None:
        """The id of the account or opportunity that records lie under."""
        return {"account": self.account, "opportunity": self.opportunity}.get(under)


def mistakes(crm: CrmLink, _project: Project) -> Iterable[tuple[str, Text]]:
    """What the mapping asks for that records cannot give, or must not."""
    yield from (("map", says) for _, says in entry_mistakes(crm))


def entry_mistakes(crm: CrmLink) -> Iterable[tuple[int, Text]]:
    """The same, with the position of each entry."""
    for position, entry in enumerate(crm.map):
        for says in _of_entry(crm, entry):
            yield (
                position,
                Text("{module} ↔ {kind}: {says}", "{module} ↔ {kind}：{says}").format(
                    module=entry.module, kind=entry.kind, says=says
                ),
            )


def _of_entry(crm: CrmLink, entry: ModuleMap) -> Iterable[Text]:
    try:
        kind = kind_named(entry.kind)
    except UsageError as error:
        yield error.says
        return
    if not issubclass(kind.model, (Tracked, Task, Person, Project)):
        yield Text("records of this kind are not exchanged", "该类记录不能与 CRM 交换")
        return
    if entry.pushes and issubclass(kind.model, Person):
        yield Text("people are personal data and are only pulled", "人员属于个人信息，只能读入，不能写入 CRM")
    if entry.pulls and issubclass(kind.model, Task):
        yield Text("the plan is only pushed", "计划只能写入 CRM，不能由 CRM 改动")
    if entry.under != "all" and crm.account is not None and crm.parent(entry.under) is None:
        yield Text("there is no `{under}:`", "没有填写 `{under}:`").format(under=entry.under)
    if entry.pushes and not entry.is_project and not (entry.key or entry.marker):
        yield Text(
            "`key:` or `marker:` is needed, or a record could be made twice",
            "需要 `key:` 或 `marker:`，否则可能重复建立记录",
        )
    for field in entry.fields:
        if (says := _of_field(kind, entry, field)) is not None:
            yield says


def _of_field(kind: Kind, entry: ModuleMap, field: str) -> Text | None:
    if field in RECKONED.get(kind.name, {}):
        return None
    named = Text("`{field}`: {says}", "`{field}`：{says}")
    model: type[BaseModel] | None = kind.model
    what = None
    for key in field.split("."):
        known = about(model) if model is not None else {}
        if model is None or key not in known:
            choices = [*known, *RECKONED.get(kind.name, {})]
            says = Text("there is no such field; {hint}", "没有该字段；{hint}").format(hint=did_you_mean(key, choices))
            return named.format(field=field, says=says.stripped())
        what, model = known[key], inner_model(model, key)
    goes_out = entry.way(field) != "pull"
    if goes_out and what is not None and (what.internal or what.personal):
        return named.format(field=field, says=Text("is internal and never pushed", "属于内部字段，不得写入 CRM"))
    if goes_out and field in WORKFLOW_FIELDS - {"status"}:
        return named.format(field=field, says=Text("belongs to the workflow", "属于流程字段"))
    if goes_out and what is not None and ("person" in what.links or (model is not None and _names_people(model))):
        return named.format(
            field=field, says=Text("names people; attendance is never pushed", "涉及人员名单，不得写入 CRM")
        )
    return None


def _names_people(model: type[BaseModel]) -> bool:
    """True for parts that say who: the lines of an attendance list, the owners of points."""
    for key, what in about(model).items():
        inner = inner_model(model, key)
        if "person" in what.links or what.personal or (inner is not None and _names_people(inner)):
            return True
    return False


CRM = Kind(
    name="crm",
    prefix="",
    folder="",
    model=CrmLink,
    label=Text("CRM mapping", "CRM 对照表"),
    plural=Text("CRM mapping", "CRM 对照表"),
    storage=Storage.SINGLE,
    path="crm.yaml",
    added_by="pmkit crm connect",
    visibility="internal",
    columns=("crm", "account_name", "opportunity_name"),
    traced=False,
    rules=mistakes,
)
