"""The project's own rules for its documents, out of the profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from pmkit.domain.kind import About, Part
from pmkit.domain.values import Line

NUMBER = "{project}-{phase}-{kind}-{seq:03}"
NUMBER_PATTERN = r"^([^{}]|\{(project|phase|kind|year)\})*\{seq(:0[1-9])?\}$"


class RequiredInPhase(Part):
    """The documents of a phase: signed by the customer too, released inside, or only where something asks for them."""

    signed: Annotated[tuple[Line, ...], About("Signed", "双方签署")] = ()
    filed: Annotated[tuple[Line, ...], About("Filed", "归档")] = ()
    if_any: Annotated[tuple[Line, ...], About("Where it applies", "视情形")] = ()


class DocumentRules(Part):
    """How the project's documents are numbered, and which it has to have. What is left out is as pmkit has it."""

    number: Annotated[Line, About("Numbers", "文件编号规则"), Field(pattern=NUMBER_PATTERN)] = NUMBER
    phases: Annotated[Mapping[Line, Line], About("Phases by their letters", "阶段代号")] = {}
    types: Annotated[Mapping[Line, Line], About("Types by their letters", "文种代号")] = {}
    required: Annotated[Mapping[Line, RequiredInPhase], About("Required documents", "应有文件")] = {}
    not_needed: Annotated[tuple[Line, ...], About("Not needed here", "本项目不需要")] = ()
