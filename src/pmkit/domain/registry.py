"""All record kinds. The folder is the registry: every `Kind` in a module beside this one."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module

import pmkit.domain as here
from pmkit.domain.kind import Kind
from pmkit.kernel.errors import UsageError
from pmkit.kernel.ids import HANDLE
from pmkit.kernel.text import Text, did_you_mean

_PREFIXED = re.compile(r"([A-Z]+)-?[0-9]{1,9}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of the modules' names."""
    found: list[Kind] = []
    for module in sorted(m.name for m in pkgutil.iter_modules(here.__path__)):
        names = vars(import_module(f"pmkit.domain.{module}"))
        found += [k for k in names.values() if isinstance(k, Kind) and k not in found]
    return tuple(found)


# What each module declares, by name and prefix, so that a command about one record imports one kind. What is not named
# here is found all the same, by importing every module.
_HOMES = {
    word: module
    for module, words in {
        "acceptance": ("case", "CAS"),
        "acceptance_rounds": ("round", "RND"),
        "acceptance_stages": ("acceptance", "ACC"),
        "actions": ("action", "ACT"),
        "adoptions": ("adoption", "ADP"),
        "changes": ("change", "CR"),
        "closures": ("closure", "CLS"),
        "communications": ("communication", "COM"),
        "contracts": ("contract", "CTR"),
        "costs": (
            "budget",
            "BUD",
            "commitment",
            "ORD",
            "cost",
            "CST",
            "forecast",
            "FCT",
            "transfer",
            "TRF",
        ),
        "crm": ("crm",),
        "deliverables": ("deliverable", "DLV"),
        "documents": ("document", "DOC"),
        "dispatches": ("dispatch", "DSP"),
        "duties": ("duty", "DUT"),
        "handovers": ("handover", "HND"),
        "interviews": ("interview", "INT"),
        "issued_reports": ("issued-report", "RPT"),
        "items": ("item", "ITM"),
        "issues": ("issue", "ISS"),
        "letters": ("letter", "LTR"),
        "meeting_series": ("series", "MSR"),
        "meetings": ("meeting", "MTG"),
        "objectives": ("objective", "OBJ"),
        "parties": ("party",),
        "payments": ("payment", "PAY", "invoice", "INV"),
        "people": ("person",),
        "plan": ("phase", "PH", "task", "T", "M", "progress", "baseline", "BL"),
        "quality": (
            "quality-objective",
            "QOB",
            "quality-activity",
            "QCA",
            "quality-check",
            "QCK",
            "nonconformity",
            "NCR",
        ),
        "receipts": ("receipt", "RCV"),
        "requirements": ("requirement", "REQ"),
        "reviews": ("review", "REV"),
        "risks": ("risk", "RSK"),
        "signoffs": ("signoff", "SGN"),
        "site_records": ("site-record", "SIT"),
        "team": ("responsibility", "RAC", "skill", "SKL", "recognition", "RWD"),
        "surveys": ("survey", "SRV"),
        "training": ("training", "TRN"),
        "support": ("support", "SUP"),
        "lessons": ("lesson", "LES"),
        "trials": ("trial", "TRL"),
        "warranties": ("warranty", "WAR"),
        "waivers": ("waiver", "WVR"),
    }.items()
    for word in words
}


@cache
def kind_of_prefix(prefix: str) -> Kind | None:
    """The kind behind an id prefix."""
    return next((k for k in _near(prefix) if prefix and prefix in (k.prefix, *k.more_prefixes)), None)


def _near(name: str) -> Sequence[Kind]:
    """The kinds among which one is, by its prefix or name; all where that is not known."""
    if name not in _HOMES:
        return kinds()
    return [k for k in vars(import_module(f"pmkit.domain.{_HOMES[name]}")).values() if isinstance(k, Kind)]


@cache
def kind_of_id(record_id: str) -> Kind | None:
    """The kind that an id belongs to, by its prefix; a handle is a person's."""
    if match := _PREFIXED.match(record_id):
        return kind_of_prefix(match[1])
    if HANDLE.match(record_id):
        return kind_named("person")
    return kind_named("progress") if _DAY.match(record_id) else None


@cache
def kind_named(name: str) -> Kind:
    """The kind that people call `name`, in the singular or as its folder. Raises UsageError with the nearest name."""
    by_name = {n: k for k in _near(name) for n in (k.name, k.name.replace("_", "-"), k.plural.en, k.folder) if n}
    if name in by_name:
        return by_name[name]
    raise UsageError(
        Text(en="there is no kind of record called `{name}`", zh="没有名为 `{name}` 的记录类型").format(name=name),
        did_you_mean(name, by_name)
        if did_you_mean(name, by_name).en
        else Text.join(Text.same(k.name) for k in kinds()),
    )
