"""What the project asks of everybody who joins it, out of the profile."""

from __future__ import annotations

from typing import Annotated

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Line
from pmkit.kernel.text import Text

ONBOARDING = (
    Text("Sign the confidentiality agreement", "签署保密协议"),
    Text("Set up accounts and access", "开通账号与权限"),
    Text("Briefing on the project and the contract", "项目情况与合同要求交底"),
    Text("Safety and security instruction", "安全与保密教育"),
    Text("Rules for changes and communication", "熟悉变更与沟通规则"),
)


class TeamRules(Part):
    """What the project asks of everybody who joins it."""

    onboarding: Annotated[tuple[Line, ...], About("Onboarding", "入场事项")] = ()
