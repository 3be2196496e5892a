"""What holds for every network, found by trying to break it."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from schedule_plans import MONDAY, WEEK, minutes, network

from pmkit.kernel.calendar import AROUND_THE_CLOCK, DAY, clock, start_of
from pmkit.schedule.drift import Forecast, Frozen, drift
from pmkit.schedule.network import Actuals, Constraints, Link, Network, Node
from pmkit.schedule.passes import Schedule, schedule

SITE = WEEK.changed(weekdays=["mon", "tue", "wed", "thu", "fri", "sat"], hours=((420, 720), (780, 1020)))
AWAY = WEEK.without([MONDAY + timedelta(n) for n in (2, 3, 10)])
CALENDARS = (None, None, SITE, AWAY, AROUND_THE_CLOCK)
LAGS = (0, 0, 0, 120, 480, 1440, -60, -480)
many = settings(max_examples=100, derandomize=True, deadline=None)


@st.composite
def networks(draw, types=("FS", "SS", "FF", "SF"), lags=LAGS, calendars=(None,), elapsed=(False, True), durations=(0, 60, 480, 960, 2400)):  # fmt: skip
    nodes = []
    for number in range(draw(st.integers(2, 9))):
        links = draw(
            st.lists(
                st.builds(
                    Link,
                    st.sampled_from([node.id for node in nodes]),
                    st.sampled_from(types),
                    st.sampled_from(lags),
                    st.sampled_from(elapsed),
                ),
                max_size=3,
            )
            if nodes
            else st.just([])
        )
        length = draw(st.sampled_from(durations))
        calendar = draw(st.sampled_from(calendars))
        lags_in = WEEK if calendar is AROUND_THE_CLOCK and draw(st.booleans()) else None
        nodes.append(Node(f"N-{number}", length, tuple(links), calendar, lags=lags_in))
    return Network(tuple(nodes), MONDAY, WEEK)


def with_node(plan: Network, node_id: str, **changed) -> Network:
    return replace(plan, nodes=tuple(replace(n, **changed) if n.id == node_id else n for n in plan.nodes))


def end(found: Schedule) -> int:
    return max(item.early_finish for item in found.items.values())


def moments(found: Schedule):
    return {item.id: (item.start, item.finish) for item in found.items.values()}


@many
@given(networks(types=("FS", "SS"), calendars=CALENDARS), st.data())
def test_a_longer_task_never_makes_the_project_finish_earlier(plan, data):
    node = data.draw(st.sampled_from([n for n in plan.nodes if n.duration] or [None]))
    if node is None:
        return
    longer = with_node(plan, node.id, duration=node.duration + data.draw(st.sampled_from([1, 60, 480, 2400])))
    before, after = schedule(plan), schedule(longer)
    assert after.finish >= before.finish
    assert all(after.items[i].finish >= item.finish for i, item in before.items.items())


@many
@given(networks(calendars=CALENDARS), st.data())
def test_an_added_link_never_makes_anything_earlier(plan, data):
    later = data.draw(st.integers(1, len(plan.nodes) - 1))
    earlier = data.draw(st.integers(0, later - 1))
    link = Link(
        plan.nodes[earlier].id, data.draw(st.sampled_from(["FS", "SS", "FF", "SF"])), data.draw(st.sampled_from(LAGS))
    )
    node = plan.nodes[later]
    before, after = schedule(plan), schedule(with_node(plan, node.id, links=(*node.links, link)))
    for node_id, item in before.items.items():
        assert after.items[node_id].early_start >= item.early_start
        assert after.items[node_id].early_finish >= item.early_finish


@many
@given(networks(types=("FS",), lags=(0,), elapsed=(False,)))
def test_no_float_is_just_what_lies_on_a_longest_chain(plan):
    ahead: dict[str, int] = {}
    behind = {node.id: 0 for node in plan.nodes}
    for node in plan.nodes:
        ahead[node.id] = node.duration + max((ahead[li.predecessor] for li in node.links), default=0)
    for node in reversed(plan.nodes):
        for li in node.links:
            behind[li.predecessor] = max(behind[li.predecessor], behind[node.id] + node.duration)
    longest = max(ahead.values())
    for item in schedule(plan).items.values():
        assert item.total_float == longest - ahead[item.id] - behind[item.id]
        assert item.critical == (ahead[item.id] + behind[item.id] == longest)


@many
@given(networks(calendars=CALENDARS))
def test_without_bounds_no_float_is_negative_and_something_is_critical(plan):
    items = schedule(plan).items.values()
    assert all(item.total_float >= 0 for item in items)
    assert any(item.critical for item in items)
    assert all(item.free_float >= 0 for item in items)


@many
@given(networks(calendars=CALENDARS), st.data())
def test_total_float_is_what_the_project_does_not_feel(plan, data):
    found, alike = schedule(plan), all(n.calendar is None for n in plan.nodes)
    node = data.draw(st.sampled_from([n for n in plan.nodes if n.duration or alike] or [None]))
    if node is None:
        return  # a bound moves a milestone into the project's hours, elsewhere its float may end in between
    latest = found._run.axis.starting(found.items[node.id].late_start)
    slipped = with_node(plan, node.id, constraints=Constraints(start_no_earlier_than=latest))
    assert end(schedule(slipped)) <= end(found)
    slipped = with_node(plan, node.id, constraints=Constraints(start_no_earlier_than=latest + 1))
    assert end(schedule(slipped)) > end(found)


@many
@given(networks(calendars=CALENDARS), st.data())
def test_free_float_is_what_no_successor_feels(plan, data):
    found = schedule(plan)
    node = data.draw(st.sampled_from([n for n in plan.nodes if any(n.id == li.predecessor for o in plan.nodes for li in o.links)] or [None]))  # fmt: skip
    if node is None or node.calendar is not None or not node.duration:
        return
    item, axis = found.items[node.id], found._run.axis
    own = WEEK.timeline
    slipped = own.starting(own.offset(axis.starting(item.early_start)) + item.free_float)
    after = schedule(with_node(plan, node.id, constraints=Constraints(start_no_earlier_than=slipped)))
    assert {i for i in found.items if moments(after)[i] != moments(found)[i]} <= {node.id}


@many
@given(networks(calendars=CALENDARS), st.randoms(use_true_random=False))
def test_the_order_of_nodes_does_not_matter(plan, random):
    nodes = list(plan.nodes)
    random.shuffle(nodes)
    assert schedule(replace(plan, nodes=tuple(nodes))).items == schedule(plan).items


@many
@given(networks(calendars=(None, SITE, AROUND_THE_CLOCK)), st.integers(1, 200))
def test_a_shift_by_whole_weeks_shifts_every_date_by_them(plan, weeks):
    shift = timedelta(weeks=weeks)
    moved = schedule(replace(plan, start=plan.start + shift))
    expected = {node_id: (a + shift, b + shift) for node_id, (a, b) in moments(schedule(plan)).items()}
    assert moments(moved) == expected


@many
@given(networks(), st.integers(1, 30))
def test_a_forecast_before_anything_has_begun_is_the_plan(plan, days):
    friday = date(2026, 2, 27)
    assert schedule(replace(plan, status_date=friday)).items == schedule(plan).items
    assert schedule(replace(plan, status_date=friday - timedelta(days))).items == schedule(plan).items


@many
@given(networks(calendars=CALENDARS), st.integers(0, 20))
def test_what_went_as_planned_leaves_the_rest_as_planned(plan, days):
    """Up to the evening of a day, finished nodes are reported as planned, and the others with what is left of them."""
    evening = MONDAY + timedelta(days)
    status = start_of(evening) + DAY
    found = schedule(plan)
    nodes = []
    for node in plan.nodes:
        start, finish = (clock(moment) for moment in moments(found)[node.id])
        if finish <= status:
            nodes.append(replace(node, actuals=Actuals(start, finish)))
        elif start < status:
            own = (node.calendar or WEEK).timeline
            left = node.duration - (own.offset(status) - own.offset(start))
            nodes.append(replace(node, actuals=Actuals(start, None, left)))
        else:
            nodes.append(node)
    forecast = schedule(Network(tuple(nodes), plan.start, plan.calendar, evening))
    assert moments(forecast) == moments(found)
    assert forecast.out_of_sequence == ()


UNITS = {"d": 480, "h": 60, "w": 2400, "min": 1}


@many
@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("dhw")), min_size=1, max_size=6))
def test_the_unit_of_a_duration_changes_nothing(lengths):
    """5d, 40h, 1w and 2400min are the same work, in durations and in lags."""

    def plan(written):
        lines = [f"T-{n} {text} after T-{n - 1} SS+{text}" if n else f"T-{n} {text}" for n, text in enumerate(written)]
        return schedule(network("\n".join(lines))).items

    as_written = [f"{amount}{unit}" for amount, unit in lengths]
    in_minutes = [f"{amount * UNITS[unit]}min" for amount, unit in lengths]
    in_hours = [f"{amount * UNITS[unit] // 60}h" for amount, unit in lengths]
    assert plan(as_written) == plan(in_minutes) == plan(in_hours)


def test_equal_units_change_nothing():
    in_days = "T-001 5d\nT-002 2w after T-001 FS+1d\nM-001 0d after T-002"
    in_hours = "T-001 40h\nT-002 4800min after T-001 FS+8h\nM-001 0h after T-002"
    assert schedule(network(in_days)).items == schedule(network(in_hours)).items
    assert minutes("5d") == minutes("40h") == minutes("1w")


@many
@given(networks(calendars=CALENDARS))
def test_drift_of_a_plan_against_itself_is_zero(plan):
    found = schedule(plan)
    days = {i: (item.start.date(), item.finish.date(), not node.duration) for node in plan.nodes for i, item in [(node.id, found.items[node.id])]}  # fmt: skip
    frozen = [Frozen(i, i, *times) for i, times in days.items()]
    now = [Forecast(n.id, n.id, *days[n.id], predecessors=tuple(li.predecessor for li in n.links)) for n in plan.nodes]
    result = drift(frozen, now, WEEK, {"N-1": minutes("3d")}, {"N-1": minutes("1d")})
    assert all(
        (i.start, i.finish, i.duration, i.approved, i.unexplained, i.relinked) == (0, 0, 0, 0, 0, False)
        for i in result.items
    )
    assert (result.added, result.removed) == ((), ())
    assert len(result.items) == len(plan.nodes)
