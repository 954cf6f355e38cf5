"use strict";
// Sorting and searching of the table; without this script it is a plain table, sorted by name. The
// address keeps what is searched and how it is sorted: #find=eu&sort=score&down=1&since=2010
(() => {
  const table = document.querySelector("table");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const tools = document.querySelector(".nit-tools");
  const field = tools.querySelector("input");
  const status = tools.querySelector("[role=status]");
  const words = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\p{Pd}/gu, "-").toLowerCase()
    .split(/[\s,()]+/).filter(Boolean);
  const texts = rows.map((row) => words(row.dataset.find));
  const since = tools.querySelector("select");
  const heads = [...table.querySelectorAll("th[data-sort]")];
  const cells = rows.map((row) => row.querySelector(".nit-change"));
  const first = cells.map((cell) => cell && cell.cloneNode(true));
  const changes = rows.map((row) => row.dataset.change);
  let order = {};
  const collator = new Intl.Collator("en");

  const find = () => {
    const wanted = words(field.value);
    let shown = 0;
    rows.forEach((row, place) => {
      // Of two letters a whole word: EU is not Eurasia.
      const found = (word) => texts[place].some((text) => word.length === 2 ? text === word : text.startsWith(word));
      row.hidden = !wanted.every(found);
      shown += row.hidden ? 0 : 1;
    });
    status.textContent = `${shown} of ${rows.length} briefs`;
    keep();
  };

  // What is new since the last build: which brief had which pictures and data in the build that was
  // seen before this one is kept by the reader's browser, as the page itself tells of this build only.
  const news = () => {
    const now = Object.fromEntries(rows.map((row) => [row.dataset.name, row.dataset.digest]));
    const place = `nit-builds ${location.pathname}`;
    let builds = JSON.parse(localStorage.getItem(place)) ?? [];
    if (JSON.stringify(builds.at(-1)) !== JSON.stringify(now)) builds = [...builds, now].slice(-2);
    localStorage.setItem(place, JSON.stringify(builds));
    const fresh = rows.filter((row) => builds[0][row.dataset.name] !== row.dataset.digest);
    if (builds.length < 2 || !fresh.length) return;
    fresh.forEach((row) => {
      const detail = Object.assign(document.createElement("span"), { className: "nit-detail nit-new" });
      detail.textContent = row.dataset.name in builds[0] ? "new figures" : "new";
      row.cells[0].append(" ", detail);
      texts[rows.indexOf(row)].push("new");
    });
    const told = tools.nextElementSibling;
    told.querySelector("span").textContent = `${fresh.length} of ${rows.length} briefs`;
    told.hidden = false;
  };

  const keep = () => {
    const kept = new URLSearchParams();
    if (field.value.trim()) kept.set("find", field.value.trim());
    if (order.key) kept.set("sort", order.key);
    if (order.descending) kept.set("down", "1");
    if (since.value) kept.set("since", since.value);
    const hash = kept.toString();
    const here = location.hash.slice(1);
    // Written out in full: where the page is framed, what is left out is that of another page.
    const page = location.href.split("#")[0];
    if (hash || /=/.test(here)) history.replaceState(null, "", hash ? `${page}#${hash}` : page);
  };

  const change = () => {
    rows.forEach((row, place) => {
      if (!cells[place]) return;
      const scores = new Map(row.dataset.scores.split(" ").map((pair) => pair.split(":").map(Number)));
      const [start, end] = [Math.min(...scores.keys()), Math.max(...scores.keys())];
      const from = Number(since.value);
      const known = scores.has(from) && from !== end;
      const moved = known ? scores.get(end) - scores.get(from) : 0;
      // A half is rounded up, also one that the computer has as a little less.
      const size = (Math.abs(moved) + 1e-7).toFixed(2);
      const sign = Number(size) === 0 ? "" : moved < 0 ? "\u2212" : "+";
      row.dataset.change = since.value ? (known ? moved.toFixed(6) : "") : changes[place];
      if (!since.value) return cells[place].replaceChildren(...first[place].cloneNode(true).childNodes);
      const detail = document.createElement("span");
      detail.className = "nit-detail";
      const why = from < start ? `starts in ${start}` : from < end ? `${from} not known` : `ends in ${end}`;
      detail.textContent = known ? `since ${from}` : why;
      cells[place].replaceChildren(known ? `${sign}${size} ` : "\u2013 ", detail);
    });
    if (order.key === "change") arrange();
    keep();
  };

  const compare = (key) => (a, b) => {
    const [x, y] = [a.dataset[key], b.dataset[key]];
    const turned = order.descending ? -1 : 1; // equal ones stay as they are, by name
    return turned * (key === "title" || key === "place" ? collator.compare(x, y) : x - y);
  };

  const arrange = () => {
    const { key, descending } = order;
    // A row without the value stays at the end, whichever way the others are turned.
    const known = rows.filter((row) => row.dataset[key]).sort(compare(key));
    body.append(...known, ...rows.filter((row) => !row.dataset[key]));
    for (const head of heads) {
      if (head.dataset.sort !== key) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    }
  };

  // The first click shows the most democratic first, or what rose most.
  const sort = (key) => {
    const falling = key === "score" || key === "change";
    order = { key, descending: order.key === key ? !order.descending : falling };
    arrange();
    keep();
  };

  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head.dataset.sort));
    head.replaceChildren(button);
  }
  tools.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", find);
  since.addEventListener("change", change);
  tools.hidden = false;
  try { news(); } catch { /* This browser keeps nothing, or something else. */ }
  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    field.value = asked.get("find") || "";
    const is = (key) => heads.some((head) => head.dataset.sort === key);
    order = is(asked.get("sort")) ? { key: asked.get("sort"), descending: asked.has("down") } : {};
    since.value = asked.get("since") ?? "";
    if (since.selectedIndex < 0) since.value = "";
    change();
    arrange();
    find();
  };
  addEventListener("hashchange", () => {
    // A link to a part of the page leaves the search, and the address that holds it, as they are.
    if (location.hash && !location.hash.includes("=")) keep();
    else read();
  });
  read();
})();
