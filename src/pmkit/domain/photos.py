"""Photos as records name them: the file as it was taken, by its SHA-256, and the words below it."""

from __future__ import annotations

from typing import Annotated

from pmkit.domain.kind import About, Evidence
from pmkit.domain.values import Day, Line


class KeptPhoto(Evidence):
    """A photo that is kept as it came from the camera. `taken_on`: the day that the camera wrote into it."""

    caption: Annotated[Line | None, About("Caption", "说明")] = None
    taken_on: Annotated[Day | None, About("Taken on", "拍摄日期")] = None
