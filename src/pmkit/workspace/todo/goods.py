"""What goods ask for: items that the vendor promised and did not deliver."""

from __future__ import annotations

from collections.abc import Iterator

from pmkit.kernel.duration import plain
from pmkit.kernel.text import Text
from pmkit.workspace.goods import late_items
from pmkit.workspace.todo.base import Item, Situation


def items(at: Situation) -> Iterator[Item]:
    """An item that is late, by the day on which it was promised."""
    for item, counts in late_items(at.ws, at.as_of):
        what = Text("Get the missing {n} delivered", "催交未到货的 {n}").format(
            n=f"{plain(counts.missing)}{item.unit or ''}"
        )
        yield Item(item, what, item.promised_on, (), "supplier")
