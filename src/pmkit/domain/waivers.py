"""Waivers: a finding that is known, allowed by somebody, for a reason, until a day."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pmkit.domain.kind import About, Due, Kind, Move, States, Tracked
from pmkit.domain.values import Day, Line, Ref
from pmkit.kernel.text import Text

_CODE = re.compile(r"[A-Z]{3}[0-9]{3}\Z")


def _code(value: object) -> str:
    code = str(value).strip().upper()
    if not _CODE.match(code):
        raise PydanticCustomError("check_code", "is not a check like REQ101")
    return code


CheckCode = Annotated[str, PlainValidator(_code), WithJsonSchema({"type": "string", "pattern": "^[A-Z]{3}[0-9]{3}$"})]


class Waiver(Tracked):
    """Excuses the findings of one check on one record. Its steps say who granted it and when."""

    check: Annotated[CheckCode, About("Check", "检查项", content=True)]
    record: Annotated[Ref, About("Record", "记录", content=True, links=("*",))]
    reason: Annotated[Line, About("Reason", "豁免理由", content=True)]
    until: Annotated[Day, About("Until", "有效期至", content=True)]

    @property
    def name_to_show(self) -> str:
        return f"{self.check} {self.record}"

    def is_in_force(self, as_of: Day) -> bool:
        """Granted, and not past its last day."""
        return not self.is_closed and as_of <= self.until


STATES = States(
    names={"granted": Text("granted", "已批准"), "withdrawn": Text("withdrawn", "已撤销")},
    moves=(
        Move("withdraw", ("granted",), "withdrawn", Text("Withdraw: the finding counts again", "撤销豁免，重新检查")),
        Move("grant", ("withdrawn",), "granted", Text("Grant again", "重新批准")),
    ),
    closed=frozenset({"withdrawn"}),
)

WAIVER = Kind(
    name="waiver",
    prefix="WVR",
    folder="waivers",
    model=Waiver,
    label=Text("waiver", "豁免"),
    plural=Text("waivers", "豁免"),
    states=STATES,
    visibility="internal",
    columns=("check", "record", "reason", "until", "status"),
    due=(Due(Text("Mend before it ends", "在豁免到期前整改"), ("granted",), day="until"),),
)
