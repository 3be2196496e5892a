"""Goods and site work: the item list, receipts, site records, photos; the counts that follow from them."""

import hashlib
import json
import re
from io import BytesIO

import pytest
import xlsxwriter
from PIL import Image, ImageDraw

from workspaces import once

HEADS = ["序号", "设备名称", "品牌", "规格型号", "技术参数", "单位", "数量", "单价（元）", "合价（元）", "备注"]
LIST = [
    ["附件二：设备及软件清单"],
    ["合同编号：BJGX-2026-H021"],
    HEADS,
    ["一", "机房设备"],
    ["1", "核心交换机", "华为", "S7706", "主控冗余", "台", "2", "85,000.00", "170000"],
    ["2", "接入交换机", "华为", "S5735", "48口", "台", "20台", 6200, 124000],
    ["3", "服务器", "浪潮", "NF5280M6", "2×6330", "台", 4, "￥68,000", "272000", "含三年质保"],
    ["", "小计", "", "", "", "", "", "", "566000"],
    ["二", "无线网络"],
    HEADS,
    ["1", "无线AP", "华为", "AP5761", "", "台", "１２０", "1,150.00", "138000"],
    ["2", "六类网线", "安普", "CAT6", "", "箱", "35.5", "620", "22010"],
    ["", "合计", "", "", "", "", "", "", "726010"],
    ["", "人民币大写：柒拾贰万陆仟零壹拾元整"],
]


def sheet(path, rows, *, first=None, merged=True):
    """An Excel file; titles are merged over the width of the table, as people make them."""
    with xlsxwriter.Workbook(path) as book:
        if first:
            book.add_worksheet("封面").write(0, 0, first)
        page = book.add_worksheet("清单")
        for r, row in enumerate(rows):
            if merged and len(row) == 1:
                page.merge_range(r, 0, r, 9, row[0])
                continue
            for c, cell in enumerate(row):
                if cell != "":
                    page.write(r, c, cell)


def csv(path, rows, encoding="gb18030"):
    path.write_bytes("\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode(encoding))


def photo(path, colour=(60, 90, 140), *, turned=False, taken="2026:03:20 10:00:00"):
    """What a telephone writes: a picture with its position, held sideways or not."""
    image = Image.new("RGB", (800, 600), colour)
    ImageDraw.Draw(image).rectangle((100, 100, 300, 500), fill="white")
    exif = Image.Exif()
    exif[0x0112] = 6 if turned else 1
    exif.get_ifd(0x8769)[0x9003] = taken
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    path.parent.mkdir(exist_ok=True)
    image.save(path, exif=exif)


def counts(run, item, **more):
    found = {row["id"]: row["counts"] for row in json.loads(run("item list --json"))}[item]
    return tuple(int(found[key]) for key in ("arrived", "installed", "commissioned", *more))


@once
def listed(park):
    sheet(park.folder / "设备清单.xlsx", LIST, first="滨海集团智慧园区项目")
    park("item import 设备清单.xlsx")
    park("item set ITM-003 order_no=PO-2026-03 vendor=浪潮 promised_on=2026-03-20")


@once
def delivered(listed):
    listed.today = "2026-03-18"
    listed(
        "receipt record --place 数据中心一层 --waybill SF123 --line 'ITM-003 2 SN-A1,SN-A2 完好' --paper 装箱单 --paper 合格证"
    )
    listed("receipt record --vendor 华为 --line 'AP5761 60' --line 'S5735 20 完好'")


# --- the list --------------------------------------------------------------------------------------------------------


def test_a_customers_list_is_read_as_it_comes(listed):
    rows = {row["id"]: row for row in json.loads(listed("item list --json"))}
    assert [(r["no"], r["group"], r["name"], r["unit"], r["qty"]) for r in rows.values()] == [
        ("1", "一 机房设备", "核心交换机", "台", 2), ("2", "一 机房设备", "接入交换机", "台", 20),
        ("3", "一 机房设备", "服务器", "台", 4), ("1", "二 无线网络", "无线AP", "台", 120),
        ("2", "二 无线网络", "六类网线", "箱", 35.5),
    ]  # fmt: skip
    assert rows["ITM-003"]["unit_price"] == "68000.00 CNY"
    assert rows["ITM-003"]["spec"] == "2×6330"
    assert "没有发现问题" in listed("check")


def test_the_same_list_changes_nothing_and_a_new_one_says_what(listed):
    assert "新增 0，修改 0，未变 5" in listed("item import 设备清单.xlsx")
    newer = [list(row) for row in LIST]
    newer[4][6] = "3"
    newer[11][2] = "安普康"
    del newer[6]
    newer.insert(6, ["3", "存储", "华为", "OceanStor", "", "套", "1", "", ""])
    sheet(listed.folder / "new.xlsx", newer)
    said = listed("item import new.xlsx --dry-run")
    assert "新增 1，修改 2，未变 2" in said
    assert "ITM-001 核心交换机：数量 2 → 3" in said
    assert "ITM-005 六类网线：品牌 安普 → 安普康" in said
    assert "文件中没有、保持不变：ITM-003" in said
    assert "ITM-006" not in listed("item list")
    listed("item import new.xlsx")
    assert json.loads(listed("show ITM-003 --json"))["vendor"] == "浪潮"  # what the customer's list does not know stays
    assert [row["name"] for row in json.loads(listed("item list --json"))][-1] == "存储"


def test_csv_of_chinese_excel_and_english_headings(park):
    csv(park.folder / "清单.csv", [["清单项号", "名称", "型号", "数量"], ["1.3", "服务器", "NF5280M6", "4 台"]])
    park("item import 清单.csv")
    csv(
        park.folder / "list.csv",
        [["Item no.", "Equipment", "Model", "Qty", "Unit"], ["1.3", "Server", "NF5280M6", "5", "pcs"]],
    )
    assert "数量 4 → 5" in park("item import list.csv")
    assert json.loads(park("item list --json"))[0]["name"] == "Server"


def test_every_mistake_is_named_by_its_cell(listed):
    bad = [list(row) for row in LIST]
    bad[4][6], bad[5][7], bad[6][1] = "两台", "面议", ""
    sheet(listed.folder / "bad.xlsx", bad)
    before = listed.git("rev-parse", "HEAD")
    listed("item import bad.xlsx", code=2)
    assert "3 处错误，未写入任何内容" in listed.err
    assert [line.strip() for line in listed.err.splitlines() if re.match(r"\s+[A-Z]+\d", line)] == [
        "G5：`两台` 不是数量", "H6：`面议` 不是金额", "B7：缺少 `name`（名称）",
    ]  # fmt: skip
    assert listed.git("rev-parse", "HEAD") == before


def test_a_list_without_quantities_or_with_a_row_twice_is_refused(park):
    csv(park.folder / "a.csv", [["名称", "型号"], ["服务器", "A"]])
    park("item import a.csv", code=2)
    assert "没有数量列" in park.err
    csv(park.folder / "b.csv", [["清单项号", "名称", "数量"], ["1", "服务器", "1"], ["1", "交换机", "2"]])
    park("item import b.csv", code=2)
    assert "A3：与第 2 行重复" in park.err
    csv(park.folder / "c.csv", [["名称", "数量"]])
    park("item import c.csv", code=2)
    assert "没有清单项" in park.err


def test_less_than_has_arrived_cannot_be_the_contracts_quantity(delivered):
    lower = [list(row) for row in LIST]
    lower[6][6] = "1"
    sheet(delivered.folder / "lower.xlsx", lower)
    delivered("item import lower.xlsx", code=4)
    assert "G7：ITM-003 已到货 2" in delivered.err


def test_an_amount_that_is_not_quantity_times_price_is_told(park):
    csv(park.folder / "a.csv", [["名称", "数量", "单价", "合价"], ["服务器", "4", "68000", "270000"]])
    assert "第 2 行：合价为 ¥270,000.00，数量×单价为 ¥272,000.00" in park("item import a.csv")


def test_late_is_what_was_promised_and_is_not_all_here(delivered):
    assert "没有逾期" in delivered("item list --late")
    delivered.today = "2026-03-25"
    (row,) = json.loads(delivered("item list --late --json"))
    assert (row["id"], row["days_late"], row["counts"]["missing"]) == ("ITM-003", 5, "2")
    assert "催交未到货的 2台" in delivered("todo")
    assert "SIT301" in delivered("check")


def test_an_id_is_never_given_twice(listed):
    listed("item add --name 机柜 --qty 3")
    text = (listed.folder / "items.yaml").read_text(encoding="utf-8")
    listed.write("items.yaml", text[: text.index("- id: ITM-006")])
    listed("commit -m 删去")
    assert "ITM-007" in listed("item add --name 机柜 --qty 3")


# --- receipts --------------------------------------------------------------------------------------------------------


def test_what_arrived_is_counted(delivered):
    assert counts(delivered, "ITM-003") == (2, 0, 0)
    first = json.loads(delivered("show RCV-001 --json"))
    assert first["lines"] == [{"item": "ITM-003", "qty": 2, "serials": ["SN-A1", "SN-A2"], "condition": "完好"}]
    assert (first["vendor"], first["order_no"]) == ("浪潮", "PO-2026-03")  # of the items, where nobody says so
    assert (first["conclusion"], first["papers"]) == ("part", ["packing_list", "certificate"])


REFUSED = [
    ("ITM-003 1 sn-a2", 4, "序列号 sn-a2 已登记过：RCV-001，ITM-003，2026-03-18 到货"),
    ("ITM-001 1 SN-A1", 4, "序列号 SN-A1 已登记过：RCV-001"),
    ("ITM-003 1 SN-A3,SN-A4", 4, "ITM-003：数量为 1，序列号却有 2 个"),
    ("ITM-001 2 SN-A3,SN-A3", 4, "序列号 SN-A3 已登记过"),
    ("ITM-003 3", 4, "ITM-003 服务器：累计到货 5，超过合同数 4"),
    ("ITM-033 1", 2, "清单中没有 ITM-033"),
    ("ITM-003 完好", 2, "不是有效的明细"),
    ("ITM-003", 2, "不是有效的明细"),
]


@pytest.mark.parametrize(("line", "code", "says"), REFUSED, ids=[line for line, _, _ in REFUSED])
def test_what_cannot_be_is_refused(delivered, line, code, says):
    delivered(["receipt", "record", "--line", line], code=code)
    assert says in delivered.err
    assert counts(delivered, "ITM-003") == (2, 0, 0)


def test_a_packing_list_with_a_row_a_serial_number(listed):
    rows = [["装箱明细"], ["序号", "设备名称", "规格型号", "数量", "SN", "外观"]]
    rows += [[n, "无线AP", "AP5761", 1, f"2102354{n:05}", "完好"] for n in range(1, 31)]
    sheet(listed.folder / "receipt.xlsx", [*rows, ["合计", "", "", 30]])
    listed("receipt record --vendor 华为 --lines receipt.xlsx")
    data = json.loads(listed("show RCV-001 --json"))
    assert [(line["item"], line["qty"], len(line["serials"])) for line in data["lines"]] == [("ITM-004", 30, 30)]
    paper = listed("report receipt RCV-001 --out -")
    assert "见附件（30 个）" in paper
    assert "210235400030" in paper
    rows[3][4] = "210235499999"
    rows[4][2] = "AP9999"
    rows[5][3] = "若干"
    sheet(listed.folder / "again.xlsx", rows)
    listed("receipt record --lines again.xlsx", code=2)
    assert "C5：清单中没有 AP9999" in listed.err
    assert "D6：`若干` 不是数量" in listed.err
    rows[4][2], rows[5][3] = "AP5761", 1
    sheet(listed.folder / "again.xlsx", rows)
    listed("receipt record --lines again.xlsx", code=4)
    assert "again.xlsx E3：序列号 210235400001 已登记过：RCV-001" in listed.err


def test_correcting_and_voiding_take_the_counts_back(delivered):
    delivered("site record --type install --serials SN-A1 --place 机房")
    delivered("receipt correct RCV-001 --line 'ITM-003 1 SN-A2'", code=4)
    assert "序列号 SN-A1 不在任何到货签收单中" in delivered.err
    delivered("receipt correct RCV-001 --line 'ITM-003 1 SN-A1' --note 少一台")
    assert counts(delivered, "ITM-003") == (1, 1, 0)
    delivered("receipt record --line 'ITM-003 1 SN-A2'")  # free again
    delivered("receipt void RCV-001 --note 录错", code=4)
    assert "累计安装 1，超过到货数" in delivered.err or "不在任何到货签收单中" in delivered.err
    delivered("site void SIT-001 --note 误录")
    delivered("receipt void RCV-001", code=4)
    assert "请说明原因" in delivered.err
    delivered("receipt void RCV-001 --note 录错")
    assert counts(delivered, "ITM-003") == (1, 0, 0)
    assert "注意：本单已作废" in delivered("report receipt RCV-001 --out -")


def test_a_receipt_is_signed_with_what_the_customer_signed(delivered, tmp_path):
    delivered("confirm RCV-001 --by wang.fang", code=4)
    (delivered.folder / "scan.pdf").write_bytes(b"%PDF-1.4 signed")
    delivered("confirm RCV-001 --by wang.fang --evidence scan.pdf")
    data = json.loads(delivered("show RCV-001 --json"))
    assert (data["status"], data["steps"][-1]["by"]) == ("signed", "wang.fang")
    assert json.loads(delivered("item list --json"))[2]["counts"]["signed"] == "2"
    paper = delivered("report receipt RCV-001 --out -")
    assert "☑同意" in paper
    assert "姓名、职务：王芳" in paper
    delivered("receipt correct RCV-001 --line 'ITM-003 1 SN-A1'", code=4)
    delivered("receipt dispute RCV-001", code=4)
    delivered("receipt dispute RCV-001 --differences 一台外壳变形")
    delivered("receipt correct RCV-001 --line 'ITM-003 1 SN-A1'")
    assert json.loads(delivered("show RCV-001 --json"))["status"] == "draft"


def test_what_was_sent_back_did_not_arrive(listed):
    listed("receipt record --line 'ITM-003 2 SN-A1,SN-A2' --conclusion 拒收 --differences 型号不符")
    assert counts(listed, "ITM-003") == (0, 0, 0)
    listed("receipt record --line 'ITM-003 2 SN-A1,SN-A2'")


def test_a_payment_waits_for_signed_receipts(delivered):
    delivered("set pmkit contract_price=2000000")
    delivered("payment add --title 到货款 --share 30 --need receipts")
    assert "到货签收单（未签收：RCV-001、RCV-002；未到齐：ITM-001、ITM-003、ITM-004、ITM-005）" in delivered(
        "payment ready", code=1
    )
    for item, qty in (("ITM-001", 0), ("ITM-003", 2), ("ITM-004", 60), ("ITM-005", 0)):
        delivered(f"item set {item} qty={qty}")
    delivered("confirm RCV-001 --by wang.fang --text 已收到，同意")
    assert "（未签收：RCV-002）" in delivered("payment ready", code=1)
    delivered("confirm RCV-002 --by wang.fang --text 已收到，同意")
    delivered("payment ready")
    assert "RCV-001, RCV-002 | ☑" in delivered("report payment PAY-001 --out -")


# --- site work -------------------------------------------------------------------------------------------------------


def test_nothing_is_installed_before_it_came_nor_commissioned_before_that(delivered):
    delivered("site record --type install --items ITM-001=1", code=4)
    assert "ITM-001 核心交换机：累计安装 1，超过到货数 0" in delivered.err
    delivered("site record --type commission --serials SN-A1", code=4)
    assert "累计调试 1，超过安装数 0" in delivered.err
    delivered("site record --type install --serials SN-A9", code=2)
    assert "不在任何到货签收单中的序列号：SN-A9" in delivered.err
    delivered("site record --type install --items ITM-003 --serials SN-A1")
    delivered("site record --type install --serials SN-A1", code=4)
    assert "序列号 SN-A1 已安装：SIT-001" in delivered.err
    delivered("site record --type commission --serials SN-A2", code=4)
    delivered("site record --type commission --serials SN-A1")
    assert counts(delivered, "ITM-003") == (2, 1, 1)
    delivered("site void SIT-001 --note 误录", code=4)
    delivered("site revise SIT-001", code=4)
    delivered("site record --type install --items ITM-004")  # an item alone: all that is left of it
    assert counts(delivered, "ITM-004") == (60, 60, 0)
    delivered("site record --type install --items ITM-004", code=2)


def test_accepted_is_what_the_customer_signed_as_commissioned(delivered):
    delivered("site record --type install --serials SN-A1,SN-A2")
    delivered("site record --type commission --serials SN-A1 --check '启动自检;无告警;正常' --conclusion 符合要求")
    assert json.loads(delivered("item list --json"))[2]["counts"]["accepted"] == "0"
    delivered("confirm SIT-002 --by wang.fang --text 同意")
    assert json.loads(delivered("item list --json"))[2]["counts"]["accepted"] == "1"


def test_a_draft_counts_for_nothing_until_it_is_finished(delivered):
    delivered("site record --type install --place 机房 --draft")
    assert counts(delivered, "ITM-003") == (2, 0, 0)
    delivered("site record SIT-001", code=2)
    assert "缺少：清单项、序列号" in delivered.err
    delivered("site record SIT-001 --serials SN-A1 --check '接地电阻;≤4Ω;2.1Ω 合格'")
    data = json.loads(delivered("show SIT-001 --json"))
    assert data["checks"] == [{"item": "接地电阻", "required": "≤4Ω", "measured": "2.1Ω", "result": "pass"}]
    assert counts(delivered, "ITM-003") == (2, 1, 0)
    delivered("set SIT-001 place=机房B", code=4)
    delivered("site revise SIT-001 --note 部位写错")
    delivered("set SIT-001 place=机房B")
    delivered("site record SIT-001")
    assert "没有发现问题" in delivered("check")


def test_work_that_is_entered_later_is_found(park):
    park("site record --type diary --work 布线 --date 2026-03-02")
    assert "SIT303" not in park("check")
    park.today = "2026-03-09"
    park("site record --type variation --date 2026-03-05 --reason 现场条件变化 --quantity '桥架改道 12m @ 85.5'")
    assert "SIT-002：2026-03-05 的施工在 4 天后才录入" in park("check")
    assert "| **大写** | | 人民币壹仟零贰拾陆元整 |" in park("report site-record SIT-002 --out -")
    park.edit("pmkit.yaml", "format: 1\n", "format: 1\nsite: {entered_within: 7ed}\n")
    park("commit -m 放宽")
    assert "SIT303" not in park("check")


def test_what_a_record_cannot_do_without(park):
    for type_, says in [("concealed", "部位"), ("cutover", "切换窗口、回退条件"), ("variation", "原因、工程量")]:
        park(f"site record --type {type_}", code=2)
        assert f"缺少：{says}" in park.err
    park("site record", code=2)
    assert "--type" in park.err


# --- photos ----------------------------------------------------------------------------------------------------------


@once
def pictured(delivered):
    photo(delivered.folder.parent / "照片/机柜就位.jpg")
    photo(delivered.folder.parent / "照片/IMG_2034.jpg", (120, 80, 60), turned=True)
    (delivered.folder.parent / "照片/说明.txt").write_text("x", encoding="utf-8")
    delivered.today = "2026-03-20"
    delivered(
        "site record --type install --serials SN-A1,SN-A2 --place 机房A列 --check '机柜固定;四角螺栓齐全;合格' "
        "--conclusion 符合要求 --people 赵强，孙莉 --basis '施工方案 3.2' --photos ../照片 --caption 'IMG_2034.jpg=设备上电'"
    )


def test_photos_are_kept_as_they_came_under_their_hash(pictured):
    data = json.loads(pictured("show SIT-001 --json"))
    assert [(p["caption"], p["taken_on"]) for p in data["photos"]] == [
        ("设备上电", "2026-03-20"),
        ("机柜就位", "2026-03-20"),
    ]
    for kept in data["photos"]:
        content = (pictured.folder / kept["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == kept["sha256"]
        assert kept["file"] == f"evidence/photos/{kept['sha256'][:16]}.jpg"
        assert Image.open(BytesIO(content)).getexif().get_ifd(0x8825)
    pictured("site record --type diary --work 上架 --photos ../照片/机柜就位.jpg")  # the same photo lies there once
    assert len(list((pictured.folder / "evidence/photos").iterdir())) == 2
    assert "没有发现问题" in pictured("check --ignore SIT3")


@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_documents_show_them_small_upright_and_without_position(pictured, form):
    pictured(f"report site-record SIT-001 --format {form} --out ../out.{form}")
    content = (pictured.folder.parent / f"out.{form}").read_bytes()
    for image in images(content, form):
        assert not image.getexif()
    sizes = sorted(image.size for image in images(content, form))
    assert sizes == [(600, 800), (800, 600)]  # the one that was held sideways stands


def images(content, form):
    if form == "html":
        import base64

        found = re.findall(rb"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", content)
        return [Image.open(BytesIO(base64.b64decode(one))) for one in found]
    if form == "docx":
        from zipfile import ZipFile

        with ZipFile(BytesIO(content)) as file:
            return [Image.open(BytesIO(file.read(n))) for n in file.namelist() if n.startswith("word/media/")]
    from pypdf import PdfReader

    return [Image.open(BytesIO(i.data)) for page in PdfReader(BytesIO(content)).pages for i in page.images]


def test_a_photo_that_is_not_the_one_filed_is_found_and_not_printed(pictured):
    kept = json.loads(pictured("show SIT-001 --json"))["photos"][0]["file"]
    photo(pictured.folder / kept, (1, 2, 3))
    assert "SIT204" in pictured("check", code=1)
    pictured("report site-record SIT-001 --format html --out ../x.html", code=3)
    assert "不是当时归档的照片" in pictured.err
    (pictured.folder / kept).unlink()
    pictured("report site-record SIT-001 --format html --out ../x.html", code=3)
    assert "缺失" in pictured.err
    assert "设备上电" in pictured("report site-record SIT-001 --rev HEAD --out -")


def test_every_photo_that_is_none_is_named_at_once(delivered):
    folder = delivered.folder.parent / "照片"
    photo(folder / "a.jpg")
    (folder / "b.jpg").write_bytes((folder / "a.jpg").read_bytes()[:900])
    (folder / "c.heic").write_bytes(b"\x00\x00\x00\x18ftypheic")
    before = delivered.git("rev-parse", "HEAD")
    delivered("site record --type diary --work 上架 --photos ../照片", code=2)
    assert "b.jpg 图片已损坏" in delivered.err
    assert "c.heic 是 HEIC 图片" in delivered.err
    assert "a.jpg" not in delivered.err
    delivered("site record --type diary --work 上架 --photos ../照片/a.jpg --caption b=甲", code=2)
    delivered("site record --type diary --work 上架 --photos ../没有", code=2)
    assert delivered.git("rev-parse", "HEAD") == before
    assert not (delivered.folder / "evidence/photos").exists()


def test_without_the_extra_a_sentence_names_it(delivered, monkeypatch):
    photo(delivered.folder.parent / "照片/a.jpg")
    monkeypatch.setitem(__import__("sys").modules, "PIL", None)
    delivered("site record --type diary --work 上架 --photos ../照片/a.jpg", code=2)
    assert "pip install 'pmkit[photos]'" in delivered.err


# --- documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_papers_as_they_read(pictured, golden, lang):
    pictured("site record --type commission --serials SN-A1 --check '启动自检;无告警;正常'")
    pictured(
        "site record --type cutover --title 统一认证上线 --place 门户 --window '3月28日 22:00 至 3月29日 06:00' --plan 停旧系统 "
        "--plan 切换域名 --fallback 02:00前未通过冒烟测试 --contacts '李伟 13800000001'"
    )
    pictured("site record --type diary --weather 晴 --people 赵强 --work 服务器上架 --date 2026-03-18")
    pictured(
        "site record --type variation --title 桥架改道 --place 弱电井 --reason 消防管道占位 --quantity '桥架改道 12m @ 85' "
        "--quantity '线缆延长 150米 @ 6.5'"
    )
    pictured("site record --type agreement --title 机柜移位 --reason 空调出风 --work 机柜后移一格")
    for name in ("receipt RCV-001", "items", *(f"site-record SIT-{n:03}" for n in range(1, 7))):
        text = pictured(f"report {name} --lang {lang} --out -")
        golden(f"goods-{name.replace(' ', '-')}.{lang}.md", re.sub(r"(commit|提交) [0-9a-f]{9}", r"\1 COMMIT", text))


def test_the_papers_can_be_printed_blank(park):
    assert "签收不代表质量验收" in park("report receipt --blank --out -")
    for type_, title in [
        ("install", "安装记录"), ("concealed", "隐蔽工程记录"), ("diary", "施工日志"), ("cutover", "上线切换申请"),
        ("variation", "现场签证单"), ("agreement", "工程洽商"), ("commission", "调试记录"),
    ]:  # fmt: skip
        assert title in park(f"report site-record {type_} --blank --out -")
    park("report site-record --blank --format pdf --out x.pdf")
    park("report receipt", code=2)
    park("report site-record", code=2)


def test_what_we_pay_reaches_no_customer(listed):
    listed("item set ITM-003 unit_cost=60000 notes=可再压价")
    assert "¥240,000.00" in listed("report items --audience internal --out -")
    for text in (
        listed("report items --out -"),
        (
            listed("export item --audience customer --out c.csv"),
            (listed.folder / "c.csv").read_text(encoding="utf-8-sig"),
        )[1],
    ):
        assert not re.search("60,?000|240,?000|压价", text)


def test_the_weekly_report_tells_of_goods_and_shows_the_photos(pictured):
    text = pictured("report weekly --as-of 2026-03-20 --out -")
    assert "| 服务器 浪潮 NF5280M6（台） | 4 | 2 | 2 | 0 |" in text
    assert "到货：RCV-001 服务器 2台" in text
    assert "安装记录：SIT-001 服务器 2台" in text
    assert "设备上电" in text.split("十二、照片")[1]
    assert "本期无" in pictured("report weekly --as-of 2026-03-27 --out -").split("十二、照片")[1][:20]
    pictured("confirm RCV-001 --by wang.fang --text 同意")
    assert "到货签收单：浪潮 PO-2026-03" in pictured("report monthly --as-of 2026-03-31 --out -")
