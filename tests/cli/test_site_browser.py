"""The portal in a real browser: read, searched, changed in language, zoomed, printed, judged by axe; nothing is asked for."""

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from pmkit.store.yaml_text import dump

NAV = ("index", "plan", "requirements", "changes", "risks", "meetings", "matters", "acceptance", "documents")
RECORDS = ("REQ-001", "CR-001", "MTG-002", "SGN-001", "ACT-003", "DUT-001")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("NO BROWSER: install chromium; the portal was looked at by nobody")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def portal(built, tmp_path_factory):
    """The Chinese example's portal, as a folder and as one file."""
    folder = tmp_path_factory.mktemp("portal")
    for option in (["--out", folder / "site"], ["--single-file", "--document", "none", "--out", folder / "site.html"]):
        line = [Path(sys.executable).with_name("pmkit"), "-C", built("zh"), "site", "build", *option]
        subprocess.run(line, check=True, capture_output=True)
    return folder


@contextmanager
def opened(browser, address, **options):
    """A page of a browser that nobody used before. Fails on an error of the page, and on any request but to a file."""
    context = browser.new_context(viewport={"width": options.pop("width", 1280), "height": 900}, **options)
    page = context.new_page()
    wrong = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else wrong.append(asked.url))
    page.set_default_timeout(5000)
    page.goto(address)
    yield page
    context.close()
    assert wrong == []


def at(portal, name):
    return (portal / f"site/{name}.html").as_uri()


def one(portal, anchor=""):
    return (portal / "site.html").as_uri() + anchor


def wide(page):
    """By how many pixels the page is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


def test_every_page_opens_without_an_error_and_fits_a_phone(browser, portal):
    for lang in ("zh-CN", "en"):
        with opened(browser, at(portal, "index"), width=390, has_touch=True) as page:
            for name in (*NAV, *RECORDS):
                page.goto(at(portal, name))
                if page.evaluate("document.documentElement.lang") != lang:
                    page.click("#language")
                assert page.locator("h1:visible").count() == 1, name
                assert page.locator("nav [aria-current]").count() == 1, name
                assert wide(page) <= 0, (name, lang)


def test_search_finds_parts_of_words_and_ids(browser, portal):
    with opened(browser, at(portal, "index")) as page:
        page.keyboard.press("/")
        page.keyboard.type("停车系统对")
        first = page.locator("#hits a").first
        assert first.inner_text().startswith("REQ-021")
        assert "找到" in page.inner_text("#hits-count")
        page.fill("#q", "req-21")
        assert page.locator("#hits a").first.inner_text().startswith("REQ-021")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/REQ-021.html")
        assert page.inner_text("h1") == "停车系统对接"
        page.fill("#q", "没有这样的词")
        assert page.inner_text("#hits-count") == "没有找到"
        page.keyboard.press("Escape")
        assert page.locator("#hits").is_hidden()


def test_the_language_changes_in_place_and_stays(browser, portal):
    with opened(browser, at(portal, "REQ-001")) as page:
        assert "需求描述" in page.inner_text("main")
        assert "Statement" not in page.inner_text("main")
        page.click("#language")
        assert page.evaluate("document.documentElement.lang") == "en"
        assert "Statement" in page.inner_text("main")
        assert "需求描述" not in page.inner_text("main")
        assert page.get_attribute("nav", "aria-label") == "Pages"
        page.click("nav a[data-section=requirements]")
        page.wait_for_url("**/requirements.html")
        assert page.title().startswith("Requirements – ")
        assert "Must" in page.locator("select[data-field=priority]").inner_text()


def test_a_requirement_leads_along_its_trace(browser, portal):
    with opened(browser, at(portal, "requirements")) as page:
        page.click("text=统一身份认证")
        stages = page.locator(".trace h3").all_inner_texts()
        for stage in ("需求访谈", "变更申请", "任务", "交付物", "验收用例", "签认"):
            assert stage in stages
        page.click(".trace a:has-text('T-021')")
        page.wait_for_url("**/plan.html#T-021")
        assert page.evaluate("document.activeElement.id") == "T-021"


def test_a_list_is_filtered_by_words_and_state(browser, portal):
    with opened(browser, at(portal, "requirements")) as page:
        page.fill("[data-words]", "门禁")
        shown = page.locator("#requirement-list tbody tr:visible")
        assert 0 < shown.count() < 15
        assert page.inner_text("[data-count]") == str(shown.count())
        page.fill("[data-words]", "")
        page.select_option("[data-field=priority]", label="必须")
        priorities = page.locator("#requirement-list tbody tr:visible td:nth-child(4)").all_inner_texts()
        assert set(priorities) == {"必须"}


def test_keys_and_screen_readers_find_their_way(browser, portal):
    with opened(browser, at(portal, "index")) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left") == 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('main')")
        assert page.get_by_role("banner").count() == page.get_by_role("main").count() == 1
        assert page.get_by_role("navigation").count() == page.get_by_role("contentinfo").count() == 1
        assert page.get_by_role("search").count() == 1
        assert page.get_by_role("searchbox", name="搜索").count() == 1
        page.focus("#theme")
        page.keyboard.press("Enter")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert page.get_attribute("#theme", "aria-pressed") == "true"


def test_the_plan_zooms_by_button_key_wheel_and_two_fingers(browser, portal):
    width = "getComputedStyle(document.querySelector('.axis')).getPropertyValue('--day').replace('px','') * 1"
    with opened(browser, at(portal, "plan"), has_touch=True) as page:
        page.click("[data-scale=day]")
        assert page.get_attribute(".gantt", "data-zoom") == "day"
        assert page.locator(".ticks.dates i").first.is_visible()
        by_day = page.evaluate(width)
        page.click("[data-scale=month]")
        assert page.get_attribute(".gantt", "data-zoom") == "month"
        assert page.evaluate(width) < by_day
        page.click("[data-scale=fit]")
        assert page.evaluate("(s => s.scrollWidth - s.clientWidth)(document.querySelector('.axis-scroll'))") <= 2
        page.focus(".axis-scroll")
        for key, zoom in (("d", "day"), ("w", "week"), ("m", "month")):
            page.keyboard.press(key)
            assert page.get_attribute(".gantt", "data-zoom") == zoom
        before = page.evaluate(width)
        page.keyboard.press("+")
        assert page.evaluate(width) == pytest.approx(before * 1.25)
        box = page.locator(".axis-scroll").bounding_box()
        client = page.context.new_cdp_session(page)
        middle = box["x"] + box["width"] / 2
        before = page.evaluate(width)
        for kind, apart in (("touchStart", 40), ("touchMove", 80), ("touchEnd", 0)):
            points = (
                [{"x": middle - apart, "y": box["y"] + 60}, {"x": middle + apart, "y": box["y"] + 60}] if apart else []
            )
            client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        assert page.evaluate(width) == pytest.approx(before * 2, rel=0.05)


def test_bars_stand_where_their_dates_are(browser, portal):
    """M-004: baseline 2026-06-04, forecast 2026-07-06; the status date is 2026-06-12. The axis begins on a Monday."""
    with opened(browser, at(portal, "plan")) as page:
        page.click("[data-scale=week]")
        day = "(e => (e.getBoundingClientRect().left - document.querySelector('.marks').getBoundingClientRect().left) / 10)"
        bar = page.evaluate(f"{day}(document.querySelector('#T-031 .bar'))")
        base = page.evaluate(f"{day}(document.querySelector('#T-031 .base'))")
        status = page.evaluate(f"{day}(document.querySelector('.line.status'))")
        text = page.inner_text("#T-031")
        assert bar > base
        assert status == pytest.approx(103, abs=0.3)  # 2026-03-02 and 102 days, to the end of it
        assert "偏差" in text


def test_paper_shows_the_content_alone(browser, portal):
    with opened(browser, at(portal, "plan")) as page:
        page.emulate_media(media="print")
        for selector in ("nav", "#q", ".zoom", "#theme"):
            assert page.locator(selector).first.is_hidden()
        assert page.locator("#T-058 .bar").is_visible()
        assert len(page.pdf()) > 20_000


def test_one_file_holds_all_pages(browser, portal):
    with opened(browser, one(portal)) as page:
        assert page.locator(".page:visible").count() == 1
        page.click("nav a[data-section=requirements]")
        page.wait_for_selector("#requirements:visible")
        assert page.inner_text("h1:visible") == "需求"
        page.click("#requirement-list a:has-text('统一身份认证')")
        page.wait_for_selector("#REQ-001:visible")
        assert page.inner_text("h1:visible") == "统一身份认证"
        assert page.evaluate("document.activeElement.tagName") == "H1"
        assert page.title().startswith("REQ-001 统一身份认证")
        page.fill("#q", "停车系统对接")
        page.click("#hits a >> nth=0")
        page.wait_for_selector("#REQ-021:visible")
        assert "停车系统" in page.inner_text("h1:visible")
        page.go_back()
        page.wait_for_selector("#REQ-001:visible")
        assert page.inner_text("h1:visible") == "统一身份认证"
        page.goto(one(portal, "#T-031"))
        assert page.inner_text("h1:visible") == "计划"
        assert page.locator("#T-031").is_visible()
    with opened(browser, one(portal, "#REQ-002"), width=390) as page:
        assert page.inner_text("h1:visible") == "人员信息同步"
        assert wide(page) <= 0


def test_without_a_script_everything_can_be_read(browser, portal):
    with opened(browser, one(portal), java_script_enabled=False) as page:
        assert page.locator(".page:visible").count() > 50
    with opened(browser, at(portal, "REQ-001"), java_script_enabled=False) as page:
        assert "统一身份认证" in page.inner_text("main")
        assert "JavaScript" in page.inner_text("body")


@pytest.mark.parametrize(("colours", "names"), [("light", (*NAV, "REQ-001", "CR-001")), ("dark", ("index", "REQ-001"))])
def test_axe_finds_nothing(browser, portal, colours, names):
    """Nothing at all, not only nothing serious; and it would find what is planted."""
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], "preload": False}
    if colours == "dark":
        options["runOnly"] = ["color-contrast"]
    with opened(browser, at(portal, "index"), color_scheme=colours) as page:
        for name in names:
            page.goto(at(portal, name))
            found = Axe().run(page, options=options).response["violations"]
            assert [(v["id"], v["impact"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found] == [], name
        planted = "<p style='color: #999; background: #888'>planted</p>"
        page.evaluate(f'document.querySelector("main").insertAdjacentHTML("beforeend", "{planted}")')
        found = Axe().run(page, options=options).response["violations"]
        assert [v["id"] for v in found] == ["color-contrast"]


def test_recorded_naughty_strings_do_nothing_and_are_found(browser, park, shared_data):
    """As titles and texts of requirements, in the pages, the search index and the one file."""
    naughty = json.loads((shared_data / "naughty-strings/blns_half1.json").read_text(encoding="utf-8"))
    templates = (shared_data / "hostile-strings/jinja2_half1.txt").read_text(encoding="utf-8").splitlines()
    hostile = [one for one in (*naughty, *templates) if one.strip() and one.isprintable()]
    hostile += ["</script><script>pwned=1</script>", "<!--<script>", "]]>", "\u2028pwned=1", "' onmouseover='pwned=1"]
    hint = "x"
    for number, text in enumerate(hostile, 2):
        data = {
            "title": text.strip(),
            "statement": text,
            "status": "draft",
            "steps": [{"to": "draft", "on": "2026-03-04", "by": text}],
        }
        park.write(f"requirements/REQ-{number:03d}.yaml", dump(data, hint=hint))
    park("site build --single-file --document none --out one.html")
    park("site build --document none --out site")
    with opened(browser, (park.folder / "one.html").as_uri()) as page:
        titles = page.locator(".page[id^=REQ] h1").all_text_contents()
        wanted = [" ".join(text.split()) for text in hostile]
        assert [one for one in wanted if one not in {" ".join(title.split()) for title in titles}] == []
        page.fill("#q", "onmouseover")
        assert page.locator("#hits a").count() >= 1
        assert page.evaluate("typeof pwned") == "undefined"
        for name in ("requirements", f"REQ-{len(hostile):03d}", f"REQ-{len(hostile) - 2:03d}"):
            page.goto((park.folder / f"site/{name}.html").as_uri())
            page.fill("#q", "<script>")
            page.wait_for_selector("#hits a")
            assert page.evaluate("typeof pwned") == "undefined"
