"""Tables out and in: the same text comes back, nothing becomes a formula, bad files are told plainly."""

import csv
import io
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmkit.connectors.sheets import Column, Sheet, address, plain_day, read, written
from pmkit.kernel.errors import UsageError

FORMATS = ["csv", "xlsx"]
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff"), max_size=30
) | st.from_regex(r"'{0,3}[=+\-@\t\r\n＝＋－＠].{0,5}", fullmatch=True).filter(lambda t: "\0" not in t)


def table(*rows, **more):
    return Sheet("需求", tuple(Column(h) for h in rows[0]), tuple(rows[1:]), **more)


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_text_comes_back_as_it_was(format_, rows):
    rows = [("x", *row) for row in rows]  # a first cell that is never empty: blank rows at the end are no rows
    (grid,) = read("f", written([table(("编号", "名称", "说明"), *rows)], format_))
    assert grid.rows == (("编号", "名称", "说明"), *rows)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "'=1", "''@x"])
def test_no_cell_becomes_a_formula(cell):
    data = written([table(("a",), (cell,))], "csv")
    assert data.startswith(b"\xef\xbb\xbf")
    shown = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1][0]
    assert shown[0] == "'"
    book = zipfile.ZipFile(io.BytesIO(written([table(("a",), (cell,))], "xlsx")))
    sheet = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b't="s"' in sheet


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_a_csv_is_read_in_what_spreadsheets_write(encoding):
    (grid,) = read("表.csv", "编号,名称\r\nREQ-001,统一登录\r\n".encode(encoding))
    assert grid.rows == (("编号", "名称"), ("REQ-001", "统一登录"))


@pytest.mark.parametrize("text", ["a;b\n1;2\n", "a\tb\n1\t2\n", "sep=;\na;b\n1;2\n", 'a,b\n"1",2', '"a",b\r\n1,2\r\n'])
def test_separators_are_seen(text):
    assert read("x.csv", text.encode())[0].rows == (("a", "b"), ("1", "2"))


def test_rows_keep_their_numbers_and_are_squared():
    (grid,) = read("x.csv", b"a,b,c\n\n1\n")
    assert grid.rows == (("a", "b", "c"), ("", "", ""), ("1", "", ""))
    assert [address(6, 1), address(0, 0), address(0, 25), address(0, 26), address(9, 701)] == [
        "B7", "A1", "Z1", "AA1", "ZZ10",
    ]  # fmt: skip


def test_typed_cells_read_as_a_person_would_write_them():
    from datetime import date, datetime, time

    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet("数据")
        day, moment, clock = (book.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm"))
        page.write_datetime(2, 1, date(2026, 3, 6), day)
        page.write_datetime(2, 2, datetime(2026, 3, 6, 15, 30), moment)
        page.write_datetime(2, 3, time(15, 30), clock)
        for column, value in enumerate([3, 3.5, 0.1 + 0.2, 20000, 1e-7], start=4):
            page.write_number(2, column, value)
        page.write_boolean(2, 9, True)
        page.write_formula(2, 10, "=1+1", None, 2)
    (grid,) = read("x.xlsx", file.getvalue())
    values = ("", "2026-03-06", "2026-03-06T15:30", "15:30", "3", "3.5", "0.3", "20000", "0.0000001", "true", "2")
    assert grid.rows[2] == values
    assert grid.rows[0] == ("",) * 11


@pytest.mark.parametrize("text", ["2026/3/6", "2026-3-6", "2026.03.06", "2026年3月6日", " 2026/3/6 ", "2026/3/6 00:00"])
def test_days_of_spreadsheets(text):
    assert plain_day(text) == "2026-03-06"


def test_other_text_is_no_day():
    assert [plain_day(t) for t in ("", "3月6日", "2026-03-06T15:00", "明天")] == [
        "",
        "3月6日",
        "2026-03-06T15:00",
        "明天",
    ]


def test_drop_downs_are_there_and_their_sheet_is_hidden():
    columns = (
        Column("优先级", ("必须", "应当")),
        Column("责任人", ("li.wei",) * 300, free=True),
        Column("=备注", note="说明"),
    )
    data = written([Sheet("需求/[一]", columns, (("必须", "li.wei", ""),), examples=1)], "xlsx")
    book = zipfile.ZipFile(io.BytesIO(data))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<dataValidation ") == 3
    assert "_lists!$A$1:$A$2" in sheet
    assert "_lists!$B$1:$B$300" in sheet
    assert 'sqref="A3:A502"' in sheet  # below the example
    assert [grid.name for grid in read("x", data)] == ["需求__一_"]
    assert written([Sheet("需求/[一]", columns, (("必须", "li.wei", ""),), examples=1)], "xlsx") == data


def test_sheets_of_one_name_both_stay():
    data = written([table(("a",), ("1",)), table(("b",), ("2",))], "xlsx")
    assert [(g.name, g.rows) for g in read("x", data)] == [("需求", (("a",), ("1",))), ("需求 2", (("b",), ("2",)))]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ("编号,名称\n".encode("gb18030") + b"\xff\xff,\x81\n", "GB18030"),
        (b"a,b\0,c\n1,2,3\n" * 3, "UTF-16"),
        (b'a,b\n"1,2\n', "line 2"),
        (b"PK\x03\x04junk", "junk.any"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, ".xls"),
        (b"a" * (50 * 2**20 + 1), "50 MB"),
    ],
)
def test_what_cannot_be_read_is_told(data, says):
    with pytest.raises(UsageError) as error:
        read("junk.any", data)
    assert says in error.value.says.en
    assert error.value.fix


def test_a_sheet_that_ends_at_the_last_cell_of_excel_is_refused():
    """The reader would ask for 500 GB and die."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("a").write_string(1048575, 16383, "x")
    with pytest.raises(UsageError, match="too large"):
        read("x.xlsx", file.getvalue())


def test_a_cell_longer_than_excel_keeps_goes_to_csv():
    long = table(("a", "b"), ("1", "长" * 40_000))
    with pytest.raises(UsageError, match="B2"):
        written([long], "xlsx")
    assert read("x", written([long], "csv"))[0].rows[1][1] == "长" * 40_000


def test_without_the_extra_a_sentence_names_it():
    code = (
        "import sys\nsys.modules['python_calamine'] = sys.modules['xlsxwriter'] = None\n"
        "from pmkit.connectors.sheets import *\n"
        "from pmkit.kernel.errors import MissingExtra\n"
        "for act in (lambda: written([Sheet('a', (Column('b'),))], 'xlsx'), lambda: read('x', b'PK\\x03\\x04')):\n"
        "    try: act()\n"
        "    except MissingExtra as e: print(e.fix.en)\n"
        "print(written([Sheet('a', (Column('b'),))], 'csv'))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("pmkit[xlsx]") == 2
    assert "\\xef\\xbb\\xbfb" in done.stdout
