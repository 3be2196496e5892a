"""The parties of the project: who stands behind each signature, with the legal name that is on the seal."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pmkit.domain.kind import About, Kind, Move, States, Storage, Tracked
from pmkit.domain.papers import SEALS, SIGNING_PARTIES, Seal
from pmkit.domain.people import Side
from pmkit.domain.values import Day, Handle, Line
from pmkit.kernel.text import Text

Role = Literal[
    "contractor", "supervisor", "owner", "user", "designer", "subcontractor", "vendor", "assessor", "authority"
]
# In the order in which they sign; those behind `user` sign only where a paper names them.
ROLES: dict[Role, Text] = {role: SIGNING_PARTIES[role] for role in get_args(Role)}
SIGNING: tuple[Role, ...] = ("contractor", "supervisor", "owner", "user")
# The side of people.yaml on which a party's people stand.
SIDE_OF: dict[Role, Side] = {
    "contractor": "supplier", "supervisor": "supervisor", "owner": "customer", "user": "customer",
    "designer": "partner", "subcontractor": "partner", "vendor": "partner", "assessor": "partner",
    "authority": "customer",
}  # fmt: skip

# What it is to whom it owes money: the time to pay small suppliers goes by it.
NATURES = {
    "public": Text("public body", "机关、事业单位"),
    "large": Text("large company", "大型企业"),
    "small": Text("small or medium company", "中小企业"),
}


class Party(Tracked):
    """An organisation that takes part. `name` is the legal name, letter for letter as on the seal."""

    id: Annotated[Handle, About("Handle", "代号")]
    name: Annotated[Line, About("Legal name", "单位全称", content=True)]
    role: Annotated[Role, About("Role", "参建角色", content=True, words=ROLES)]
    short: Annotated[Line | None, About("Short name", "简称")] = None
    nature: Annotated[
        Literal["public", "large", "small"] | None, About("What kind of body", "单位性质", words=NATURES)
    ] = None
    seals: Annotated[
        tuple[Seal, ...],
        About("Seals held", "持有印章", unordered=True, option="seal", words=SEALS),
    ] = ()
    joined: Annotated[Day | None, About("Joined", "进入日期")] = None

    @property
    def side(self) -> Side:
        """The side of people.yaml on which its people stand."""
        return SIDE_OF[self.role]

    @property
    def label(self) -> Text:
        """The word of documents for what it is in the project."""
        return ROLES[self.role]


PARTY_STATES = States(
    names={"active": Text("active", "在建"), "left": Text("left", "已退出")},
    moves=(
        Move("leave", ("active",), "left", Text("Leave the project", "退出项目"), own_command="pmkit party leave"),
        Move("return", ("left",), "active", Text("Return to the project", "重新进入项目")),
    ),
    closed=frozenset({"left"}),
)

PARTY = Kind(
    name="party", prefix="", folder="", model=Party, label=Text("party", "参建单位"),
    plural=Text("parties", "参建单位"), states=PARTY_STATES, storage=Storage.LIST, path="parties.yaml",
    list_key="parties", columns=("name", "short", "role", "seals", "status"), traced=False,
)  # fmt: skip
