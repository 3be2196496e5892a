"""The merge of a field, and the files of links, for any values and any order of events."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.workspace.crm.links import Link, Links, mark, parse_links
from pmkit.workspace.crm.merge import merged_text, verdict

TEXTS = st.sampled_from(["", "甲", "乙", "丙"])
WAYS = st.sampled_from(["pull", "push", "both"])


@given(way=WAYS, base=TEXTS, here=TEXTS, there=TEXTS, linked=st.booleans())
def test_nothing_that_only_one_side_changed_is_lost(way, base, here, there, linked):
    """What the verdict writes over was not changed since both agreed, or is empty."""
    known = (mark(base), mark(base)) if linked else None
    found = verdict(way, known, here, there, alike=here == there)
    if found == "pull":
        assert way != "push"
        assert here == base or not here
    if found == "push":
        assert way != "pull"
        assert there == base or not there
    if here == there:
        assert found == "same"
    elif linked and here not in (base, "") and there not in (base, ""):
        assert found == "conflict"
    if found == "same" and here != there:
        assert linked
        assert here == base == there


@given(events=st.lists(st.tuples(st.sampled_from(["here", "there", "sync"]), TEXTS), max_size=12))
@settings(max_examples=200)
def test_without_clashes_both_sides_end_alike(events):
    """One field both ways: whoever writes last between two syncs alone is heard, and a sync after a sync does nothing."""
    here = there = ""
    base = None
    for what, text in [*events, ("sync", ""), ("sync", "")]:
        if what == "here":
            here = text
        elif what == "there":
            there = text
        else:
            found = verdict("both", base, here, there, alike=here == there)
            before = here, there
            if found == "pull":
                here = there
            elif found == "push":
                there = here
            if found != "conflict":
                assert here == there
                base = mark(here), mark(there)
            else:
                assert (here, there) == before
                assert base is None or (mark(here), mark(there)) != base
    assert verdict("both", base, here, there, alike=here == there) in {"same", "conflict"}


SENTENCES = st.lists(st.sampled_from(["甲。", "乙。", "丙。", "Done.", "x；", "尾"]), max_size=6).map("".join)


@given(base=SENTENCES, ours=SENTENCES, theirs=SENTENCES)
def test_texts_merge_or_refuse(base, ours, theirs):
    merged = merged_text(base, ours, theirs)
    assert merged_text(base, ours, ours) == ours
    assert merged_text(base, base, theirs) == theirs
    assert merged_text(base, ours, base) == ours
    assert merged == merged_text(base, theirs, ours)
    if merged is not None:
        assert set(merged) <= set(base + ours + theirs)


LINKS = st.lists(
    st.builds(
        Link,
        record=st.sampled_from(["REQ-001", "REQ-002", "REQ-100", "ISS-001", "li.wei", "project"]),
        module=st.sampled_from(["Cases", "Notes"]),
        id=st.sampled_from(["1", "2", "3"]),
        modified=st.just("2026-03-02T09:00:00+08:00"),
        base=st.dictionaries(st.sampled_from(["title", "status"]), st.tuples(TEXTS.map(mark), TEXTS.map(mark))),
        writes=st.integers(1, 5),
    ),
    max_size=8,
)


@given(links=LINKS, order=st.randoms())
def test_links_read_back_whatever_the_order_of_their_lines(links, order):
    """Git joins the lines of two branches in any order, and both of a line that both wrote."""
    texts = {}
    for link in links:
        texts.setdefault(link.path, []).append(link.line)
    first = parse_links({path: "\n".join(lines) for path, lines in texts.items()})
    for lines in texts.values():
        order.shuffle(lines)
    again = parse_links({path: "\n".join(lines) for path, lines in texts.items()})
    assert list(map(str, sorted(first, key=str))) == list(map(str, sorted(again, key=str)))
    for link in first:
        assert link.writes == max(one.writes for one in links if (one.record, one.module) == (link.record, link.module))
    written = Links()
    for link in first:
        written.put(link)
    kept = parse_links({path: data.decode() for path, data in written.changed().items()})
    assert sorted(map(str, kept)) == sorted(map(str, first))
