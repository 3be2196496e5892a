"""Parties, letters of authority, and who may be replaced how."""

import pytest

from workspaces import once


@once
def parties(park):
    """The park with its three parties, 王芳 authorised up to 200,000 until the end of June, and a baseline."""
    park.today = "2026-03-04"
    park("party add buyer --role owner --name 滨海集团有限公司 --short 滨海集团 --seal company --seal contract")
    park("party add zhihe --role contractor --name 智合信息技术有限公司")
    park("party add hj --role supervisor --name 海建监理有限公司")
    park.write("letter.pdf", "授权委托书")
    park("person authorise wang.fang --limit 200000 --from 2026-03-01 --until 2026-06-30 --letter letter.pdf")
    for who, party in (("li.wei", "zhihe"), ("wang.fang", "buyer")):
        park(f"set {who} party={party}")
    park("person add zhao.min --name 赵敏 --party zhihe --role director")
    park("person add sun.li --name 孙丽 --party hj --role engineer")
    park("plan baseline --name 合同基线")
    park.write("yes.pdf", "同意")


def test_a_person_comes_with_party_and_letter(park):
    park("party add buyer --role 建设单位 --name 滨海集团有限公司")
    park.write("authority.pdf", "授权委托书")
    out = park("person add he.lu --name 何璐 --party buyer --role pm --authority 200000 --letter authority.pdf")
    assert "evidence/he.lu/authority.pdf" in out
    shown = park("person show he.lu")
    assert "建设单位" in shown
    assert "200000.00 CNY" in shown
    assert "滨海集团有限公司" in shown
    park("person add lu.yao --name 陆遥 --party buyer --role user --authority 仅限技术确认")
    assert "仅限技术确认" in park("report contacts --out -")
    assert park("check") == "没有发现问题\n"


def test_handles_of_people_and_parties_are_one_space(park):
    park("party add buyer --role owner --name 滨海集团有限公司")
    park("person add buyer --name 王五 --side customer --role user", code=4)
    park("person add wu --name 王五 --party li.wei --role user", code=2)
    assert "buyer" in park("party list")
    assert park("party add x --role landlord --name 房东", code=2) == ""
    assert "landlord" in park.err


def test_documents_print_the_legal_names_in_signing_order(parties):
    form = parties("report change --blank --out -")
    assert "| **建设单位** | 滨海集团有限公司 | **承建单位** | 智合信息技术有限公司 |" in form
    names = ["承建单位：智合信息技术有限公司", "监理单位：海建监理有限公司", "建设单位：滨海集团有限公司"]
    assert [form.index(name) for name in names] == sorted(form.index(name) for name in names)
    parties("party add ops --role user --name 滨海园区运营有限公司")
    assert form.count("授权代表签字") == 3
    assert "使用单位：滨海园区运营有限公司" in parties("report change --blank --out -")
    contacts = parties("report contacts --out -")
    assert contacts.index("李伟") < contacts.index("孙丽") < contacts.index("王芳")
    assert "不超过 ¥200,000.00，2026-03-01 起，至 2026-06-30" in contacts
    english = parties("report contacts --lang en --out -")
    assert "up to ¥200,000.00, from 2026-03-01, until 2026-06-30" in english


def change(run, price):
    run(
        "change request --title 增加访客预约 --by wang.fang --propose REQ-001.title=统一身份认证与访客 --reason 客户新增"
    )
    run("change submit CR-001")
    run(f"change assess CR-001 --price {price}")


def test_an_approval_lies_within_amount_and_days(parties):
    parties("set project contract_price=100000000")
    change(parties, 250000)
    parties("change approve CR-001 --as wang.fang --evidence yes.pdf", code=4)
    assert "¥250,000.00" in parties.err
    assert "不超过 ¥200,000.00" in parties.err
    parties("change assess CR-001 --price 200000")
    parties("change approve CR-001 --as wang.fang --evidence yes.pdf --date 2026-07-01", code=4)
    assert "2026-07-01" in parties.err
    parties("change approve CR-001 --as wang.fang --evidence yes.pdf")


def test_a_hand_edit_beyond_the_authority_is_found(parties):
    parties("set project contract_price=100000000")
    change(parties, 200000)
    parties("change approve CR-001 --as wang.fang --evidence yes.pdf")
    parties.edit("people.yaml", "limit: 200000.00 CNY", "limit: 100000.00 CNY")
    assert "CHG212" in parties("check", code=1)
    parties.edit("people.yaml", "limit: 100000.00 CNY", "limit: 200000.00 CNY")
    parties.edit("changes/CR-001.yaml", "  on: 2026-03-04\n  recorded_by", "  on: 2026-02-20\n  recorded_by")
    assert "CHG212" in parties("check", code=1)
    parties.git("commit", "-qam", "earlier")
    assert "AUD201" in parties("audit", code=1)


def test_a_sign_off_needs_a_letter_that_holds_that_day(parties):
    parties("requirement review REQ-001")
    parties("signoff prepare requirements")
    parties("signoff record SGN-001 --by wang.fang --evidence yes.pdf --date 2026-02-27", code=4)
    assert "2026-02-27" in parties.err
    parties("signoff record SGN-001 --by wang.fang --evidence yes.pdf")
    parties.edit("people.yaml", "from: 2026-03-01", "from: 2026-03-05")
    assert "SGN207" in parties("check", code=1)


def test_who_changes_party_leaves_old_signatures_where_they_were(parties):
    parties("set project contract_price=100000000")
    change(parties, 0)
    parties("change approve CR-001 --as wang.fang --evidence yes.pdf")
    before = parties("report change CR-001 --out -")
    assert "王芳 项目分管领导" in before
    parties.today = "2026-04-01"
    parties("party add ops --role user --name 滨海园区运营有限公司")
    parties("person move wang.fang --party ops --role user --from 2026-04-01")
    after = parties("report change CR-001 --out -")
    row = next(line for line in after.splitlines() if "王芳 项目分管领导" in line)
    assert row.split("|")[3].strip() == "姓名、职务：王芳 项目分管领导"  # still the owner's box, not the user's
    assert "CHG201" not in parties("check", code=None)
    assert "滨海园区运营有限公司" in parties("report contacts --out -")
    parties("person move wang.fang --party buyer --from 2026-03-20", code=4)
    parties("person move wang.fang --party ops --from 2026-05-01", code=2)


def test_a_project_manager_is_replaced_by_a_change_only(parties):
    parties("person add zhang.qiang --name 张强 --party zhihe --role pm", code=4)
    assert "--type staff" in parties.err
    parties("person add zhang.qiang --name 张强 --party zhihe --role engineer")
    for line in ("set zhang.qiang role=pm", "set li.wei role=engineer", "team add zhang.qiang --role pm"):
        parties(line, code=4)
        assert "李伟" in parties.err
    parties(
        "change request --title 更换项目经理 --type staff --by li.wei --reason 工作调整 "
        "--propose li.wei.role=engineer --propose zhang.qiang.role=pm"
    )
    form = parties("report change CR-001 --out -")
    assert "☑人员" in form
    assert "张强" in form
    parties("change submit CR-001")
    parties("change assess CR-001 --price 0")
    parties("change approve CR-001 --as zhao.min")
    parties("change approve CR-001 --as wang.fang --evidence yes.pdf")
    parties("change apply CR-001")
    assert "张强" in parties("person list --where role=pm")
    assert "TEA211" not in parties("check", code=None)
    assert "AUD214" not in parties("audit", code=None)


@pytest.mark.parametrize("edit", [("role: pm", "role: engineer")])
def test_a_manager_replaced_by_hand_is_found(parties, edit):
    parties.edit("people.yaml", *edit)
    assert "TEA211" in parties("check", code=1)
    parties.git("commit", "-qam", "hand")
    assert "AUD214" in parties("audit", code=1)


def test_a_manager_may_leave_at_once(parties):
    parties("team leave li.wei")
    assert "TEA211" not in parties("check", code=None)


def test_a_party_change_is_always_of_the_highest_level(parties):
    parties(
        "change request --title 建设单位更名 --type contract --by wang.fang --reason 工商变更 "
        "--propose buyer.name=滨海控股集团有限公司"
    )
    parties("change submit CR-001")
    parties("change assess CR-001 --price 0")
    parties("change approve CR-001 --as wang.fang --evidence yes.pdf", code=4)
    assert "L4" in parties.err


def test_a_party_leaves_after_its_people(parties):
    parties("party leave hj", code=4)
    assert "孙丽" in parties.err
    parties("team leave sun.li")
    parties("party leave hj")
    assert "监理单位" not in parties("report change --blank --out -")
