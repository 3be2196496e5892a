"use strict";
/* The portal's only script: language, colours, search, lists, the time axis, pages inside one file. No request is made. */
window.pmkit = (() => {
  const root = document.documentElement;
  const kept = {
    get(name) { try { return localStorage.getItem("pmkit." + name); } catch { return null; } },
    set(name, value) { try { localStorage.setItem("pmkit." + name, value); } catch { /* a folder that keeps nothing */ } },
  };
  const lang = () => (root.lang.startsWith("zh") ? "zh" : "en");
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const say = (zh, en) => (lang() === "zh" ? zh : en);

  root.classList.add("js");
  const wanted = kept.get("lang");
  if (wanted === "zh-CN" || wanted === "en") root.lang = wanted;
  if (["light", "dark"].includes(kept.get("theme"))) root.dataset.theme = kept.get("theme");

  /* --- language and colours ------------------------------------------------------------------------------------- */

  function translate() {
    for (const name of ["aria-label", "placeholder", "title"]) {
      for (const one of all(`[data-${name}-zh]`)) {
        if (name === "title" && one.matches(".page")) continue;
        one.setAttribute(name, one.getAttribute(`data-${name}-${lang()}`));
      }
    }
    for (const one of all("[data-text-zh]")) one.textContent = one.getAttribute(`data-text-${lang()}`);
    const page = document.querySelector(".page.on");
    if (page) document.title = `${page.getAttribute(`data-title-${lang()}`)} – ${document.body.dataset.project}`;
  }

  function isDark() {
    return (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  }

  function wireTools() {
    document.getElementById("language").addEventListener("click", () => {
      root.lang = lang() === "zh" ? "en" : "zh-CN";
      kept.set("lang", root.lang);
      translate();
      find();
    });
    const theme = document.getElementById("theme");
    theme.setAttribute("aria-pressed", isDark());
    theme.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      kept.set("theme", root.dataset.theme);
      theme.setAttribute("aria-pressed", isDark());
    });
  }

  /* --- search --------------------------------------------------------------------------------------------------- */

  let index = null;
  const SHOWN = 40;

  function search(data) {
    index = data.rows.map(([address, ref, title, kind, text]) => ({
      address, ref, title, kind: data.kinds[kind], text,
      plain: [ref, ...title, text].join("\n").toLowerCase(),
    }));
    find();
  }

  function load() {
    if (index) return;
    const inside = document.getElementById("search-index");
    if (inside) { search(JSON.parse(inside.textContent)); return; }
    const script = document.createElement("script");
    script.src = document.getElementById("main").dataset.search;
    document.head.append(script);
  }

  /* `req-1` and `REQ1` mean REQ-001. */
  function numbered(text) {
    const match = /^([a-z]{1,4})-?0*(\d+)$/.exec(text);
    return match ? match[1] + "-" + match[2] : null;
  }

  function rank(row, query, id) {
    const ref = row.ref.toLowerCase();
    if (ref === query || (id && numbered(ref) === id)) return 0;
    if (ref.startsWith(query)) return 1;
    return row.title.some((title) => title.toLowerCase().includes(query)) ? 2 : 3;
  }

  function matches(query) {
    const words = query.split(/\s+/).filter(Boolean);
    const id = numbered(query);
    return index
      .filter((row) => words.every((word) => row.plain.includes(word)) || (id && numbered(row.ref.toLowerCase()) === id))
      .map((row, at) => [rank(row, query, id), at, row])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .map(([, , row]) => row);
  }

  function marked(text, query) {
    const at = text.toLowerCase().indexOf(query);
    const place = document.createDocumentFragment();
    if (at < 0) { place.append(text); return place; }
    const mark = document.createElement("mark");
    mark.textContent = text.slice(at, at + query.length);
    place.append(text.slice(0, at), mark, text.slice(at + query.length));
    return place;
  }

  function piece(row, query) {
    const at = row.text.toLowerCase().indexOf(query);
    if (at < 0) return "";
    const from = Math.max(0, at - 18);
    return (from ? "…" : "") + row.text.slice(from, at + query.length + 40) + (at + query.length + 40 < row.text.length ? "…" : "");
  }

  function address(key) {
    const inPlan = /^[TM]-\d+$/.test(key);
    if (document.getElementById("search-index")) return "#" + key;
    return inPlan ? `plan.html#${key}` : `${key}.html`;
  }

  function find() {
    const box = document.getElementById("q");
    const hits = document.getElementById("hits");
    if (!box || !hits) return;
    const query = box.value.trim().toLowerCase();
    if (!query || !index) { hits.hidden = true; return; }
    const found = matches(query);
    const list = hits.querySelector("ol");
    list.replaceChildren(...found.slice(0, SHOWN).map((row) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = address(row.address);
      const ref = document.createElement("span");
      ref.className = "ref";
      ref.append(marked(row.ref, query));
      const kind = document.createElement("span");
      kind.className = "kind";
      kind.textContent = say(row.kind[0], row.kind[1]);
      const name = document.createElement("span");
      name.className = "name";
      name.append(marked(row.title.length > 1 ? say(row.title[0], row.title[1]) : row.title[0], query));
      const text = document.createElement("span");
      text.className = "piece";
      text.append(marked(piece(row, query), query));
      link.append(ref, " ", name, " ", kind, text);
      item.append(link);
      return item;
    }));
    const more = found.length > SHOWN ? say(`，显示前 ${SHOWN} 条`, `, the first ${SHOWN} are shown`) : "";
    document.getElementById("hits-count").textContent = found.length
      ? say(`找到 ${found.length} 条`, `${found.length} found`) + more
      : say("没有找到", "Nothing found");
    hits.hidden = false;
  }

  function wireSearch() {
    const box = document.getElementById("q");
    const hits = document.getElementById("hits");
    box.addEventListener("focus", () => { load(); find(); });
    box.addEventListener("input", () => { load(); find(); });
    const close = () => { hits.hidden = true; };
    box.closest("search").addEventListener("keydown", (event) => {
      const links = all("a", hits);
      const at = links.indexOf(document.activeElement);
      if (event.key === "Escape") { close(); box.focus(); close(); event.preventDefault(); }
      if (event.key === "Enter" && event.target === box && links.length && !hits.hidden) { links[0].click(); event.preventDefault(); }
      if (event.key === "ArrowDown" && links.length) { links[Math.min(at + 1, links.length - 1)].focus(); event.preventDefault(); }
      if (event.key === "ArrowUp" && at >= 0) { (links[at - 1] || box).focus(); event.preventDefault(); }
    });
    document.addEventListener("click", (event) => { if (!event.target.closest("search")) close(); });
    hits.addEventListener("click", (event) => { if (event.target.closest("a")) { close(); box.value = ""; } });
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !event.target.closest("input, select, textarea")) { box.focus(); event.preventDefault(); }
    });
  }

  /* --- lists ---------------------------------------------------------------------------------------------------- */

  function wireFilters() {
    for (const form of all("form[data-filter]")) {
      const rows = all("tbody tr", document.getElementById(form.dataset.filter));
      const plain = rows.map((row) => row.textContent.toLowerCase());
      const apply = () => {
        const words = form.querySelector("[data-words]").value.toLowerCase().split(/\s+/).filter(Boolean);
        const fields = all("select[data-field]", form).filter((one) => one.value);
        const only = all("input[data-only]:checked", form);
        let count = 0;
        rows.forEach((row, at) => {
          const fits = words.every((word) => plain[at].includes(word))
            && fields.every((one) => row.dataset[one.dataset.field] === one.value)
            && only.every((one) => one.dataset.only in row.dataset);
          row.hidden = !fits;
          count += fits;
        });
        form.querySelector("[data-count]").textContent = count;
      };
      form.addEventListener("input", apply);
      form.addEventListener("submit", (event) => event.preventDefault());
      apply();
    }
  }

  /* --- the time axis -------------------------------------------------------------------------------------------- */

  const SCALES = { day: 30, week: 10, month: 3.2 };

  function wireGantt(chart) {
    const scroll = chart.querySelector(".axis-scroll");
    const axis = chart.querySelector(".axis");
    const days = Number(axis.style.getPropertyValue("--days"));
    let scale = SCALES.week;
    const names = () => axis.querySelector("th.task").offsetWidth;
    const fit = () => Math.max(0.6, (scroll.clientWidth - names() - 4) / days);
    const middle = () => (scroll.scrollLeft + (scroll.clientWidth - names()) / 2) / scale;

    function zoom(to, at = middle()) {
      scale = Math.min(60, Math.max(Math.min(fit(), 1), to));
      axis.style.setProperty("--day", scale + "px");
      chart.dataset.zoom = scale >= 22 ? "day" : scale >= 6 ? "week" : "month";
      for (const one of all("[data-scale]", chart)) {
        const its = SCALES[one.dataset.scale] || fit();
        one.setAttribute("aria-pressed", Math.abs(its - scale) < 0.05);
      }
      scroll.scrollLeft = at * scale - (scroll.clientWidth - names()) / 2;
    }

    function today() {
      const mark = chart.querySelector(".line.today, .line.status");
      const day = mark ? Number(mark.style.getPropertyValue("--s")) : 0;
      scroll.scrollLeft = day * scale - (scroll.clientWidth - names()) / 2;
      const next = all("tbody tr[id]", axis).find((row) => row.querySelector(".bar:not(.full)"));
      if (next) scroll.scrollTop = next.offsetTop - axis.querySelector("thead").offsetHeight - 8;
    }

    chart.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      if (button.dataset.scale) zoom(SCALES[button.dataset.scale] || fit());
      if (button.dataset.by) zoom(scale * Number(button.dataset.by));
      if (button.dataset.go) today();
    });
    scroll.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const does = {
        "+": () => zoom(scale * 1.25), "=": () => zoom(scale * 1.25), "-": () => zoom(scale * 0.8),
        d: () => zoom(SCALES.day), w: () => zoom(SCALES.week), m: () => zoom(SCALES.month), a: () => zoom(fit()),
        t: today,
        Home: () => { scroll.scrollLeft = 0; }, End: () => { scroll.scrollLeft = days * scale; },
      }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (does) { does(); event.preventDefault(); }
    });
    scroll.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      zoom(scale * (event.deltaY < 0 ? 1.15 : 0.87));
      event.preventDefault();
    }, { passive: false });
    let apart = 0;
    const distance = (touches) => Math.hypot(touches[0].clientX - touches[1].clientX, touches[0].clientY - touches[1].clientY);
    scroll.addEventListener("touchstart", (event) => { if (event.touches.length === 2) apart = distance(event.touches); }, { passive: true });
    scroll.addEventListener("touchmove", (event) => {
      if (event.touches.length !== 2 || !apart) return;
      const now = distance(event.touches);
      zoom(scale * now / apart);
      apart = now;
      event.preventDefault();
    }, { passive: false });
    scroll.addEventListener("touchend", () => { apart = 0; });
    zoom(innerWidth < 700 ? SCALES.month * 1.6 : SCALES.week);
    today();
  }

  /* --- pages inside one file ------------------------------------------------------------------------------------ */

  function wirePages() {
    if (!document.getElementById("search-index")) return;
    const pages = all(".page");
    const show = (move) => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)) || "index");
      const page = target && target.closest(".page");
      if (!page) return;
      for (const one of pages) one.classList.toggle("on", one === page);
      for (const link of all("nav [data-section]")) {
        if (link.dataset.section === page.dataset.section) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
      translate();
      for (const chart of all(".gantt:not(.wired)", page)) { chart.classList.add("wired"); wireGantt(chart); }
      if (!move) return;
      if (target === page) { scrollTo(0, 0); page.querySelector("h1").focus({ preventScroll: true }); }
      else { target.scrollIntoView({ block: "center" }); target.focus({ preventScroll: true }); }
    };
    addEventListener("hashchange", () => show(true));
    show(false);
    if (location.hash) show(true);
  }

  document.addEventListener("DOMContentLoaded", () => {
    translate();
    wireTools();
    wireSearch();
    wireFilters();
    wirePages();
    const here = document.querySelector("nav [aria-current]");
    if (here) here.closest("nav").scrollLeft = here.offsetLeft - innerWidth / 3;
    for (const chart of all(".page.on .gantt:not(.wired)")) { chart.classList.add("wired"); wireGantt(chart); }
    const line = location.hash && !document.getElementById("search-index") && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (line && line.matches("tr")) { line.scrollIntoView({ block: "center" }); line.focus({ preventScroll: true }); }
  });

  return { search };
})();
