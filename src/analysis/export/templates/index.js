"use strict";
// Sorting and searching of the table; without this script it is a plain table, sorted by name.
(() => {
  const table = document.querySelector("table");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const tools = document.querySelector(".nit-tools");
  const field = tools.querySelector("input");
  const status = tools.querySelector("[role=status]");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = rows.map((row) => plain(row.dataset.find));
  const collator = new Intl.Collator("en");

  const find = () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, place) => {
      row.hidden = !words.every((word) => texts[place].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    status.textContent = `${shown} of ${rows.length} briefs`;
  };

  const compare = (key) => (a, b) => {
    const [x, y] = [a.dataset[key], b.dataset[key]];
    return key === "title" || key === "place" ? collator.compare(x, y) : Number(x) - Number(y);
  };

  const sort = (head) => {
    const key = head.dataset.sort;
    const descending = head.getAttribute("aria-sort") === "ascending";
    // A row without the value stays at the end, whichever way the others are turned.
    const known = rows.filter((row) => row.dataset[key]).sort(compare(key));
    if (descending) known.reverse();
    body.append(...known, ...rows.filter((row) => !row.dataset[key]));
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
  };

  for (const head of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head));
    head.replaceChildren(button);
  }
  tools.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", find);
  tools.hidden = false;
  find();
})();
