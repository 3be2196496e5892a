"""Reports that go out by number: frozen as sent, corrected openly, never twice and never with a gap unsaid."""

import json
import re
from email import message_from_bytes
from email.policy import default

import pytest

from workspaces import once


@once
def issued(park):
    """The report of the week up to Friday the 13th of March is out, with a sentence of 李伟's."""
    park("report weekly --issue --summary 本周完成机房到货 --as-of 2026-03-13")


def shown(run, record_id):
    return json.loads(run(f"show {record_id} --json"))


def refused(run, line, code):
    run(line, code=code)
    return run.err


def test_what_was_sent_stays_as_it_was(issued):
    first = issued("report weekly --number 2 --format html --out -")
    assert "本周完成机房到货" in first
    issued("risk add --title 门禁接口迟到 --probability 4 --impact 4 --owner li.wei")
    issued("set project name=另一个项目名称")
    issued.write("templates/weekly.md.j2", "nothing of it\n")
    assert issued("report weekly --number 2 --format html --out -") == first
    record = shown(issued, "RPT-001")
    assert (record["number"], record["start"], record["finish"], record["status"]) == (
        2,
        "2026-03-09",
        "2026-03-13",
        "issued",
    )
    assert re.fullmatch("[0-9a-f]{40}", record["commit"])
    assert {f["format"] for f in record["files"]} == {"html", "md"}


def test_the_next_issue_carries_on(issued):
    """It begins on the day after the last one ended, a Saturday, and has the next number; so has one only looked at."""
    looked = issued("report weekly --as-of 2026-03-20 --out -")
    assert "第3期" in looked
    assert "2026-03-14 至 2026-03-20" in looked
    issued("report weekly --issue --summary 第二周 --as-of 2026-03-20")
    record = shown(issued, "RPT-002")
    assert (record["number"], record["start"], record["finish"]) == (3, "2026-03-14", "2026-03-20")
    assert "第3期" in issued("report weekly --as-of 2026-03-19 --out -")


def test_the_same_period_is_issued_once(issued):
    assert "第 2 期（RPT-001）已签发" in refused(issued, "report weekly --issue --summary 再发 --as-of 2026-03-12", 4)
    issued("report weekly --issue --correct 到货数量有误 --summary 更正后的小结 --as-of 2026-03-12")
    old, new = shown(issued, "RPT-001"), shown(issued, "RPT-002")
    assert (old["status"], new["status"]) == ("corrected", "issued")
    assert (new["number"], new["corrects"], new["correction"], new["finish"]) == (
        2,
        "RPT-001",
        "到货数量有误",
        "2026-03-13",
    )
    printed = issued("report weekly --number 2 --out -")
    assert "**更正版**：到货数量有误" in printed
    assert (issued.folder / old["files"][0]["file"]).exists()
    assert old["files"][0]["file"].rpartition("/")[2] != new["files"][0]["file"].rpartition("/")[2]


def test_no_week_is_left_out_without_a_word(issued):
    says = refused(issued, "report weekly --issue --summary 跳过 --as-of 2026-04-03", 4)
    assert "2026-03-14 至 2026-03-29" in says
    issued("report weekly --issue --summary 跳过 --skip 停工期间无工作 --as-of 2026-04-03")
    record = shown(issued, "RPT-002")
    assert (record["number"], record["start"], record["skipped"]) == (3, "2026-03-30", "停工期间无工作")
    assert "之后的第 3 期（RPT-002）已签发" in refused(
        issued, "report weekly --issue --summary 补 --as-of 2026-03-20", 4
    )


def test_months_have_their_own_numbers(issued):
    issued("report monthly --issue --summary 三月 --as-of 2026-03-31")
    issued("report monthly --issue --summary 四月 --as-of 2026-04-30")
    march, april = shown(issued, "RPT-002"), shown(issued, "RPT-003")
    assert [(r["report"], r["number"], r["start"]) for r in (march, april)] == [
        ("monthly", 1, "2026-03-01"), ("monthly", 2, "2026-04-01"),
    ]  # fmt: skip
    assert "三月" in issued("report monthly --number 1 --out -")
    assert "2026-05-01 至 2026-05-31" in refused(issued, "report monthly --issue --summary 六月 --as-of 2026-06-30", 4)


def test_a_changed_or_missing_file_is_found_and_not_shown(issued):
    file = issued.folder / next(f["file"] for f in shown(issued, "RPT-001")["files"] if f["format"] == "md")
    file.write_text(file.read_text(encoding="utf-8").replace("机房到货", "机房验收"), encoding="utf-8")
    found = json.loads(issued("check --json", code=1))["findings"]
    assert "DOC206" in {f["code"] for f in found}
    assert "已不是当时发出的内容" in refused(issued, "report weekly --number 2", 3)
    file.unlink()
    assert "缺失" in refused(issued, "report weekly --number 2", 3)


def test_send_takes_the_frozen_one_and_notes_to_whom(issued):
    issued("risk add --title 发出之后才登记的风险 --probability 4 --impact 4 --owner li.wei --visibility customer")
    issued("send weekly --to wang.fang --as-of 2026-03-13")
    mail = message_from_bytes((issued.folder / "reports/RPT-001.eml").read_bytes(), policy=default)
    assert "[ZHYQ RPT-001] 项目周报：第2期（2026-03-09 至 2026-03-13）" in mail["Subject"]
    attached = {a.get_filename(): a.get_content() for a in mail.iter_attachments()}
    html = next(content for name, content in attached.items() if name.endswith(".html"))
    html = html if isinstance(html, str) else html.decode()
    assert html.replace("\r\n", "\n").strip() == issued("report weekly --number 2 --format html --out -").strip()
    assert "发出之后" not in html
    dispatch = shown(issued, "DSP-001")
    assert (dispatch["about"], dispatch["to"], dispatch["document"]) == ("RPT-001", ["wang.fang"], "weekly")
    issued.write("reply.txt", "收到，确认。")
    issued("confirm RPT-001 --by wang.fang --evidence reply.txt --date 2026-03-16")
    assert shown(issued, "RPT-001")["status"] == "confirmed"
    assert "审计未发现绕过流程的操作" in issued("audit")


def test_photos_go_in_small_and_without_their_position(issued):
    pillow = pytest.importorskip("PIL.Image")
    picture = pillow.new("RGB", (3000, 2000), (90, 140, 200))
    exif = pillow.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0)}
    picture.save(issued.folder / "机房到货.jpg", exif=exif)
    issued("report weekly --issue --summary 第二周 --photo 机房到货.jpg --as-of 2026-03-20")
    record = shown(issued, "RPT-002")
    assert record["photos"][0]["caption"] == "机房到货"
    kept = (issued.folder / record["photos"][0]["file"]).read_bytes()
    assert kept == (issued.folder / "机房到货.jpg").read_bytes()
    page = issued("report weekly --number 3 --format html --out -")
    import base64
    from io import BytesIO

    embedded = re.search(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", page)
    small = pillow.open(BytesIO(base64.b64decode(embedded[1])))
    assert max(small.size) <= 1280
    assert dict(small.getexif()) == {}
    text = issued("report weekly --number 3 --out -")
    assert "](../../evidence/photos/" in text


def test_the_register_of_documents_knows_the_files(issued):
    assert "未登记" not in issued("document verify").replace("未登记 0 个", "")


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("report weekly --issue", 2, "人工填写的小结"),
        ("report risks --issue --summary x", 2, "仅用于周报和月报"),
        ("report weekly --issue --summary x --audience internal", 2, "不能为内部版"),
        ("report weekly --number 9", 2, "已签发：2"),
        ("report weekly --number 2 --format pdf", 4, "html (zh)"),
        ("report weekly --number zwei", 2, "不是有效的期号"),
        ("report weekly --photo x.jpg", 2, "须与 --issue 合用"),
        ("report weekly --issue --summary x --correct y --as-of 2026-03-20", 4, "没有已签发的报告可更正"),
        ("set RPT-001 summary=改过", 4, "RPT-001"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(issued, line, code, says):
    assert says in refused(issued, line, code)


def test_in_english(issued):
    issued("report weekly --issue --summary 'Goods arrived' --lang en --as-of 2026-03-20")
    assert "No. 3" in issued("report weekly --number 3 --out -")
