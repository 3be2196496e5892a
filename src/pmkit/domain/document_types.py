"""Phases, types of documents, and what each phase has to leave behind (FORMS §3); numbers by the project's rule.

The defaults stand here in both languages; a project counts in its own, and may replace any of it in its profile.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pmkit.domain.document_rules import DocumentRules
from pmkit.kernel.text import Lang, Text

OTHER = "QT"  # the letters of a document whose type or phase has none
_HOLE = re.compile(r"\{(project|phase|kind|year|seq)(?::0([1-9]))?\}")

Degree = Literal["signed", "filed", "if_any"]
DEGREES = {
    "signed": Text("signed by the customer", "双方签署"),
    "filed": Text("released and filed", "归档"),
    "if_any": Text("where it applies", "视情形"),
}


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of document with the letters that stand for it in a number."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the project as documents are filed, with what it has to leave behind."""

    code: str
    name: Text
    required: Mapping[Degree, tuple[DocumentType, ...]]


def _types(*rows: tuple[str, str, str]) -> tuple[DocumentType, ...]:
    return tuple(DocumentType(code, Text(en, zh)) for code, zh, en in rows)


PHASES = (
    Phase("QD", Text("Initiation", "启动"), {
        "signed": _types(
            ("QDHY", "启动会纪要", "Kick-off minutes"),
            ("KGBS", "开工报审表", "Commencement application"),
        ),
        "filed": _types(
            ("HTCM", "合同与中标通知存目", "Contract and award notice"),
            ("SQWT", "授权委托书", "Letter of authority"),
            ("XMGL", "项目管理计划", "Project management plan"),
            ("TXL", "项目通讯录", "Contact list"),
            ("GTJH", "沟通计划", "Communication plan"),
            ("BMXY", "保密协议", "Confidentiality agreement"),
        ),
    }),
    Phase("XQ", Text("Requirements", "需求"), {
        "signed": _types(
            ("XQFT", "访谈记录", "Interview records"),
            ("XQGG", "需求规格说明书", "Requirements specification"),
            ("XQQR", "需求确认单", "Requirements sign-off sheet"),
            ("XQPS", "需求评审记录", "Requirements review record"),
            ("JZJH", "进度基准计划", "Baseline plan"),
        ),
        "filed": _types(
            ("HTXY", "合同响应对照表", "Contract compliance matrix"),
            ("XQGZ", "需求跟踪矩阵", "Traceability matrix"),
        ),
    }),
    Phase("SJ", Text("Design", "设计"), {
        "signed": _types(
            ("JKQR", "接口确认单", "Interface confirmation"),
            ("SSFA", "实施方案", "Implementation plan"),
            ("SJPS", "设计评审记录", "Design review record"),
        ),
        "filed": _types(
            ("ZTSJ", "总体与详细设计", "Overall and detailed design"),
            ("ZLGL", "质量管理计划", "Quality management plan"),
        ),
        "if_any": _types(("SHTZ", "深化图纸", "Shop drawings")),
    }),
    Phase("SS", Text("Implementation", "实施"), {
        "signed": _types(
            ("DHQS", "到货签收单", "Delivery receipts"),
            ("AZTS", "安装调试记录", "Installation and commissioning records"),
            ("BGSQ", "变更申请单", "Change request forms"),
            ("PXJL", "培训签到与记录", "Training attendance and records"),
            ("SXQH", "上线切换申请", "Go-live request"),
        ),
        "filed": _types(
            ("ZYB", "周报月报", "Weekly and monthly reports"),
            ("HYJY", "会议纪要", "Meeting minutes"),
            ("CSFA", "测试方案与报告", "Test plan and report"),
        ),
        "if_any": _types(
            ("YBGC", "隐蔽工程记录", "Concealed-works records"),
            ("SGRZ", "施工日志", "Site diary"),
            ("QZD", "现场签证单", "Variation orders"),
        ),
    }),
    Phase("SYX", Text("Trial run", "试运行"), {
        "signed": _types(
            ("CYBG", "初验报告", "Preliminary acceptance report"),
            ("SYXBG", "试运行报告", "Trial-run report"),
            ("YHBG", "用户使用报告", "User report"),
        ),
        "filed": _types(
            ("SYXFA", "试运行方案", "Trial-run plan"),
            ("YXRZ", "运行日志", "Operating log"),
        ),
    }),
    Phase("YS", Text("Acceptance", "验收"), {
        "signed": _types(
            ("YSFA", "验收方案", "Acceptance plan"),
            ("YJQD", "移交清单", "Handover list"),
            ("YSBG", "终验报告", "Final acceptance report"),
            ("MYD", "满意度调查表", "Satisfaction survey"),
        ),
        "filed": _types(
            ("ZJBG", "项目总结报告", "Project final report"),
            ("YHSC", "用户手册", "User manual"),
            ("YWSC", "运维手册", "Operations manual"),
        ),
        "if_any": _types(
            ("DSFC", "第三方测试报告", "Outside test report"),
            ("DBCP", "等级保护测评报告", "Security classification assessment"),
            ("MMPG", "密码应用评估报告", "Cryptography assessment"),
            ("JLZJ", "监理总结报告", "Supervisor's final report"),
            ("JGT", "竣工图", "As-built drawings"),
            ("SJJS", "审计或决算资料", "Audit or final account papers"),
        ),
    }),
    Phase("WB", Text("Warranty", "质保"), {
        "signed": _types(
            ("XJJL", "巡检记录", "Inspection records"),
            ("ZBZM", "质保期满证明", "Warranty completion certificate"),
        ),
        "filed": _types(
            ("FWJH", "服务计划", "Service plan"),
            ("FWJL", "服务记录", "Service records"),
            ("ZBTH", "质保金退还申请", "Retention release application"),
            ("JXBG", "结项报告", "Project closure report"),
            ("JYJX", "经验教训", "Lessons learned"),
        ),
    }),
)  # fmt: skip
# Types that projects number and no phase asks for by itself.
MORE_TYPES = _types(
    ("GTJL", "沟通记录", "Communication record"),
    ("ZB", "项目周报", "Weekly report"),
    ("YB", "项目月报", "Monthly report"),
    ("PSJL", "评审记录", "Review record"),
    ("BFH", "不符合项报告", "Nonconformity report"),
    ("LXD", "工程联系单", "Site memo"),
    ("FXDJ", "风险登记册", "Risk register"),
    ("RACI", "责任分配矩阵", "Responsibility matrix"),
    ("MZFS", "需求满足方式对照表", "Fit-gap table"),
)


@cache
def known_types() -> tuple[DocumentType, ...]:
    """Every type of document that pmkit knows."""
    required = (one for phase in PHASES for of_degree in phase.required.values() for one in of_degree)
    return (*required, *MORE_TYPES)


@cache
def _type_by_name() -> dict[str, DocumentType]:
    return {form.casefold(): one for one in known_types() for form in (one.name.en, one.name.zh, one.code)}


def known_type(name: str) -> DocumentType | None:
    """The type that is called so, in either language or by its letters; None for a project's own."""
    return _type_by_name().get(name.strip().casefold())


def type_word(name: str) -> Text:
    """A type's name in both languages; the project's own words print as they are."""
    found = known_type(name)
    return found.name if found else Text.same(name)


def project_phases(rules: DocumentRules, lang: Lang) -> tuple[Phase, ...]:
    """The phases of a project with what each requires, by its profile or else by default.

    `lang`: the language in which the profile names phases and documents.
    """
    defaults = {phase.code: phase for phase in PHASES}
    named = [(code, phase_word(name)) for code, name in rules.phases.items()]
    named = named or [(phase.code, phase.name) for phase in PHASES]
    skipped = {form for one in rules.not_needed for form in _forms(one)}
    found = []
    for code, name in named:
        own = next((need for key, need in rules.required.items() if key in {code, name.en, name.zh}), None)
        required: Mapping[Degree, tuple[DocumentType, ...]] = defaults[code].required if code in defaults else {}
        if own is not None:
            required = {
                "signed": _own(rules, own.signed),
                "filed": _own(rules, own.filed),
                "if_any": _own(rules, own.if_any),
            }
        kept: dict[Degree, tuple[DocumentType, ...]] = {
            degree: tuple(one for one in types if one.name.to(lang) not in skipped and one.name.zh not in skipped)
            for degree, types in required.items()
        }
        found.append(Phase(code, name, kept))
    return tuple(found)


def _own(rules: DocumentRules, names: Iterable[str]) -> tuple[DocumentType, ...]:
    return tuple(known_type(one) or DocumentType(letters(rules, one), Text.same(one)) for one in names)


def _forms(name: str) -> set[str]:
    word = type_word(name)
    return {word.en, word.zh}


def phase_word(name: str) -> Text:
    """A phase's name in both languages; a project's own word prints as it is."""
    return next((p.name for p in PHASES if name in {p.name.en, p.name.zh, p.code}), Text.same(name))


def letters(rules: DocumentRules, type_name: str | None) -> str:
    """The letters of a type in a number: the profile's, else pmkit's, else `QT` (其他)."""
    if not type_name:
        return OTHER
    own = next((code for code, name in rules.types.items() if type_name in {code, name}), None)
    known = known_type(type_name)
    return own or (known.code if known else OTHER)


def number_form(rules: DocumentRules, **values: str) -> re.Pattern[str]:
    """The form of the numbers that differ in their count alone; the count is its one group."""
    text = rules.number
    parts, at = [], 0
    for hole in _HOLE.finditer(text):
        parts += [re.escape(text[at : hole.start()]), "([0-9]+)" if hole[1] == "seq" else re.escape(values[hole[1]])]
        at = hole.end()
    return re.compile("".join(parts) + r"\Z")


def number_of(rules: DocumentRules, seq: int, **values: str) -> str:
    """A document number by the project's rule; `values`: `project`, `phase`, `kind`, `year`."""

    def filled(hole: re.Match[str]) -> str:
        return f"{seq:0{hole[2] or 1}}" if hole[1] == "seq" else values[hole[1]]

    return _HOLE.sub(filled, rules.number)
