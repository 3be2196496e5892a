"""The counts of goods always reconcile: whatever is recorded, corrected, voided, in any order."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.actions.goods import new_wrongs
from pmkit.domain.items import Item
from pmkit.domain.project import Project
from pmkit.domain.receipts import Receipt
from pmkit.domain.site_records import SiteRecord
from pmkit.workspace.goods import goods, serial_key
from pmkit.workspace.model import Workspace

DAY = date(2026, 3, 2)
PROJECT = Project.model_validate(
    {"id": "pmkit", "format": 1, "name": "甲", "code": "A", "customer": "乙", "language": "zh", "currency": "CNY",
     "timezone": "Asia/Shanghai", "start": DAY}
)  # fmt: skip
ITEMS = [Item.model_validate({"id": f"ITM-00{n}", "name": "丙", "qty": qty}) for n, qty in ((1, 3), (2, 5), (3, 0))]

serials = st.lists(st.sampled_from(["SN1", "sn1", "ＳＮ１", "SN2", "SN3", "SN4", "SN5"]), max_size=3)
lines = st.lists(
    st.fixed_dictionaries(
        {"item": st.sampled_from([item.id for item in ITEMS]), "qty": st.integers(1, 4), "serials": serials}
    ),
    min_size=1, max_size=3,
)  # fmt: skip
receipts = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["RCV-001", "RCV-002", "RCV-003"]), "on": st.integers(0, 5), "lines": lines,
        "status": st.sampled_from(["draft", "signed", "disputed", "void"]),
        "conclusion": st.sampled_from(["full", "part", "rejected"]),
    }
)  # fmt: skip
site = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["SIT-001", "SIT-002", "SIT-003", "SIT-004"]), "on": st.integers(0, 5), "items": lines,
        "type": st.sampled_from(["install", "install", "commission", "concealed"]),
        "status": st.sampled_from(["draft", "recorded", "confirmed", "void"]),
    }
)  # fmt: skip


def made(data):
    model = Receipt if data["id"].startswith("RCV") else SiteRecord
    return model.model_validate({**data, "on": DAY + timedelta(days=data["on"])})


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(receipts, site), max_size=14))
def test_counts_reconcile_after_any_sequence(steps):
    """Each step records, corrects, moves or voids a record; what is refused leaves everything as it was."""
    records = {item.id: item for item in ITEMS}
    for data in steps:
        ws = Workspace.assemble(PROJECT, records.values())[0]
        record = made(data)
        if not new_wrongs(ws, record):
            records[record.id] = record
        ws = Workspace.assemble(PROJECT, records.values())[0]
        found = goods(ws)
        assert found.wrong == ()
        held = [one for one in ws.of(Receipt) if one.counts]
        arrived = Counter()
        for receipt in held:
            for line in receipt.lines:
                arrived[line.item] += line.qty
        for item in ITEMS:
            counts = found.of(item.id)
            assert (
                Decimal(0) <= counts.accepted <= counts.commissioned <= counts.installed <= counts.arrived <= item.qty
            )
            assert counts.signed <= counts.arrived == arrived[item.id]
            assert counts.missing == item.qty - counts.arrived
        numbers = [serial_key(serial) for receipt in held for line in receipt.lines for serial in line.serials]
        assert len(numbers) == len(set(numbers)) == len(found.pieces)
        assert found.commissioned.keys() <= found.installed.keys() <= found.pieces.keys()
