"use strict";
// Choosing, drawing and saving; without this script the page is a table of all scores.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const boxes = [...document.querySelectorAll("[name=country]")];
  const status = document.querySelector("[role=status]");
  const SOURCE = "Source: Freedom House, Nations in Transit; own calculation.";
  const [START, END] = [data.editions[0], data.editions[data.editions.length - 1]];
  const FEWEST = 5;
  // A half is rounded up, also one that the computer has as a little less; zero has no sign.
  const fixed = (value) => (value + Math.sign(value) * 1e-7).toFixed(2).replace(/^-(?=.*[1-9])/, "\u2212").replace("-", "");
  const views = {};

  // What is chosen, and its address: #c=HUN,POL&m=IM&from=2010&to=2024&x=JFI&y=CO&level=within.
  const SELECTS = { m: "measure", from: "from", to: "to", x: "across", y: "up", level: "level" };
  const BEGIN = { m: "DS", from: String(START), to: String(END), x: "JFI", y: "CO", level: "between" };
  const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
  const choose = (codes) => boxes.forEach((box) => { box.checked = codes.includes(box.value); });

  const read = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    const codes = given.has("c") ? given.get("c").toUpperCase().split(",") : data.first;
    choose(codes);
    for (const [key, id] of Object.entries(SELECTS)) {
      byId(id).value = given.get(key) ?? BEGIN[key];
      if (byId(id).selectedIndex < 0) byId(id).value = BEGIN[key];
    }
  };

  const write = () => {
    const parts = [`c=${chosen().join(",")}`];
    for (const [key, id] of Object.entries(SELECTS)) {
      if (byId(id).value !== BEGIN[key]) parts.push(`${key}=${byId(id).value}`);
    }
    // Written out in full: where the page is framed, what is left out is that of another page.
    history.replaceState(null, "", `${location.href.split("#")[0]}#${parts.join("&")}`);
  };

  const span = () => {
    const [from, to] = [Number(byId("from").value), Number(byId("to").value)].sort((a, b) => a - b);
    return data.editions.filter((edition) => from <= edition && edition <= to);
  };
  const during = (years) => [...new Set([years[0], years.at(-1)])].join(" to ");

  const value = (measure, code, edition) => data.values[measure]?.[code]?.[edition - START] ?? null;
  const known = (measure, code, edition) => data.known[measure]?.[code]?.[edition - START] ?? null;
  const ALONE = { "score only": "score printed", "score derived": "score derived" };
  const words = (how) => ALONE[how] ? `${ALONE[how]}, ratings not all known` : how;

  const rows = () => chosen().flatMap((code) => span().map((edition) => {
    const measure = byId("measure").value;
    const [here, how] = [value(measure, code, edition), known(measure, code, edition)];
    const name = data.countries[code];
    return {
      code, country: name, edition, value: here, known: how, sure: how === "printed" || how === "corrected",
      words: here === null ? "" : `${name} ${edition}: ${fixed(here)} (${words(how)})`,
    };
  }));

  // Labels at the ends of lines: each as near to its line as the others and the plot leave room.
  const spread = (wanted, gap, [low, high]) => {
    const order = wanted.map((_, place) => place).sort((a, b) => wanted[a] - wanted[b]);
    const placed = [];
    let blocks = [];
    order.forEach((place, rank) => {
      blocks.push({ sum: wanted[place] - rank * gap, n: 1 });
      while (blocks.length > 1) {
        const [a, b] = blocks.slice(-2);
        if (a.sum / a.n <= b.sum / b.n) break;
        blocks = [...blocks.slice(0, -2), { sum: a.sum + b.sum, n: a.n + b.n }];
      }
    });
    const last = high - (order.length - 1) * gap;
    let rank = 0;
    for (const block of blocks) {
      const start = Math.max(low, Math.min(last, block.sum / block.n));
      for (let i = 0; i < block.n; i += 1, rank += 1) placed[order[rank]] = start + rank * gap;
    }
    return placed;
  };

  const darkness = matchMedia("(prefers-color-scheme: dark)");

  const look = (dark) => {
    const [ink, soft, rule, paper] = data.colours[dark ? "dark" : "light"];
    const lines = dark
      ? ["#56b4c0", "#f0a36b", "#b7a5e8", "#8fce8a", "#f095b5", "#d8c26a", "#8ab8f0", "#c9a184"]
      : ["#0b5d66", "#b4561b", "#5b4a9c", "#3b7a35", "#a8325f", "#7a6500", "#1f5fa8", "#6f4a2d"];
    const axis = { labelColor: soft, titleColor: soft, domainColor: rule, tickColor: rule, gridColor: rule };
    const title = { color: ink, subtitleColor: soft, anchor: "start", fontSize: 16, subtitleFontSize: 12, offset: 10 };
    const font = getComputedStyle(document.body).fontFamily;
    return {
      lines, paper,
      config: { font, background: paper, view: { stroke: null }, axis: { ...axis, labelFontSize: 12 }, title, aria: false },
    };
  };

  const wide = (id) => Math.max(240, byId(id).parentNode.clientWidth);

  // An interpreter in place of compiled expressions: the page's policy allows no eval.
  const embedded = async (place, spec) =>
    (await vegaEmbed(place, spec, { actions: false, renderer: "svg", ast: true, defaultStyle: false, tooltip: show })).view;

  const draw = async (id) => {
    const place = byId(id);
    const [spec, alt] = pictures[id](look(darkness.matches));
    views[id]?.finalize();
    views[id] = await embedded(place, spec);
    // The words below say what is drawn; the table has every value.
    for (const name of ["aria-roledescription", "tabindex"]) place.removeAttribute(name);
    place.querySelector("svg").setAttribute("aria-hidden", "true");
    place.setAttribute("role", "img");
    place.toggleAttribute("data-dark", darkness.matches);
    place.setAttribute("aria-label", alt);
  };

  const show = (_handler, event, _item, text) => {
    const tip = byId("tip");
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    tip.style.left = `${Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.clientY + 14}px`;
  };

  const scale = (values) => {
    const [low, high] = [Math.floor(Math.min(...values, 7)), Math.ceil(Math.max(...values, 1))];
    return low < high ? [low, high] : [Math.max(1, low - 1), Math.min(7, high + 1)];
  };

  const nothing = (title, config, words) =>
    [{ data: { values: [] }, mark: "point", title: { ...title, subtitle: words }, height: 10, config }, words];

  const drawnLines = (style) => {
    const [all, years] = [rows(), span()];
    const shown = all.filter((row) => row.value !== null);
    const name = data.measures[byId("measure").value];
    const title = { text: `${name}, ${during(years)}`, subtitle: SOURCE };
    if (!shown.length) return nothing(title, style.config, all.length ? "No value is known." : "No country is chosen.");
    const codes = chosen().filter((code) => shown.some((row) => row.code === code));
    const short = wide("lines") < 520;
    const ends = codes.map((code) => shown.filter((row) => row.code === code).at(-1));
    const domain = scale(shown.map((row) => row.value));
    const height = Math.max(short ? 260 : 320, codes.length * 13);
    const gap = 13 * (domain[1] - domain[0]) / height;
    const placed = spread(ends.map((row) => row.value), gap, domain);
    const labels = ends.map((row, i) => ({
      ...row, edition: years.at(-1), value: placed[i],
      text: `${short ? row.code : row.country} ${fixed(row.value)}${row.edition === years.at(-1) ? "" : ` \u2019${String(row.edition % 100).padStart(2, "0")}`}`,
    }));
    const color = { field: "code", type: "nominal", legend: null, scale: { domain: codes, range: style.lines } };
    // A colour that comes again is told by its dashes.
    const dashes = codes.map((_, place) => [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3]][Math.floor(place / style.lines.length)]);
    const strokeDash = { field: "code", type: "nominal", legend: null, scale: { domain: codes, range: dashes } };
    const fifth = (year) => year % 5 === 0 && year - years[0] > 1 && years.at(-1) - year > 1;
    const marked = years.filter((year) => years.length < 8 || year === years[0] || year === years.at(-1) || fifth(year));
    const x = {
      field: "edition", type: "quantitative", title: null,
      scale: { domain: [years[0], Math.max(years.at(-1), years[0] + 1)], nice: false },
      axis: { format: "d", values: marked, grid: false },
    };
    const y = {
      field: "value", type: "quantitative", scale: { domain, nice: false }, title: null,
      axis: { tickMinStep: 1, format: "d", values: [1, 2, 3, 4, 5, 6, 7] },
    };
    const spec = {
      width: wide("lines") - (short ? 110 : 200), height, title, config: style.config,
      autosize: { type: "pad", contains: "content" },
      layer: [
        { data: { values: all }, mark: { type: "line", strokeWidth: 2, invalid: "break-paths-show-path-domains" }, encoding: { x, y, color, strokeDash } },
        {
          data: { values: shown }, mark: { type: "point", filled: false, opacity: 1, size: 42, strokeWidth: 1.6, tooltip: true },
          encoding: {
            x, y, color, tooltip: { field: "words" },
            fill: { condition: { test: "datum.sure", field: "code", type: "nominal", legend: null, scale: color.scale }, value: style.paper },
          },
        },
        {
          data: { values: labels }, mark: { type: "text", align: "left", dx: 10, fontSize: 12.5, baseline: "middle" },
          encoding: { x, y, color, text: { field: "text" } },
        },
      ],
    };
    const told = ends.map((row) => {
      const first = shown.find((other) => other.code === row.code);
      const end = `${fixed(row.value)} in ${row.edition}`;
      return first === row ? `${row.country} ${end}` : `${row.country} from ${fixed(first.value)} in ${first.edition} to ${end}`;
    });
    return [spec, `Line chart of ${name}: ${told.join("; ")}.`];
  };

  const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;

  const correlation = (points) => {
    const [mx, my] = [mean(points.map((p) => p.x)), mean(points.map((p) => p.y))];
    const sum = (f) => points.reduce((total, p) => total + f(p.x - mx, p.y - my), 0);
    return sum((a, b) => a * b) / Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
  };

  const pairs = () => chosen().flatMap((code) => {
    const [across, up] = [byId("across").value, byId("up").value];
    const both = span()
      .map((edition) => ({ code, country: data.countries[code], edition, x: value(across, code, edition), y: value(up, code, edition) }))
      .filter((row) => row.x !== null && row.y !== null);
    if (!both.length) return [];
    const [mx, my] = [mean(both.map((row) => row.x)), mean(both.map((row) => row.y))];
    const label = (row, a, b) => ({ ...row, words: `${row.country}${row.edition ? ` ${row.edition}` : ""}: ${fixed(a)} and ${fixed(b)}` });
    if (byId("level").value === "between") return [label({ code, country: data.countries[code], x: mx, y: my }, mx, my)];
    return both.map((row) => label({ ...row, x: row.x - mx, y: row.y - my }, row.x, row.y));
  });

  const drawnScatter = (style) => {
    const [points, years] = [pairs(), span()];
    const within = byId("level").value === "within";
    const names = ["across", "up"].map((id) => data.measures[byId(id).value]);
    const heading = [names[1], `against ${names[0]},`, during(years)];
    const title = { text: wide("scatter") < 520 ? heading : heading.join(" "), subtitle: SOURCE };
    byId("level-words").textContent = within
      ? "One point an edition: how far each rating is from the country\u2019s own mean over the editions chosen."
      : "One point a country: its mean ratings over the editions in which both are known.";
    byId("correlation").textContent = "";
    if (points.length < 2) return nothing(title, style.config, "Fewer than two points are chosen and known.");
    const r = correlation(points);
    const codes = [...new Set(points.map((p) => p.code))];
    const sample = `${points.length} points of ${codes.length} countries`;
    // Editions of one country repeat each other: countries, not points, are what it rests on.
    byId("correlation").textContent = codes.length < FEWEST
      ? `No correlation is given for fewer than ${FEWEST} countries.`
      : Number.isFinite(r)
        ? `Correlation ${fixed(r)}, of ${sample}; a description of what is chosen, without an interval.`
        : `No correlation: one of the two does not vary (${sample}).`;
    const color = { field: "code", type: "nominal", legend: null, scale: { domain: codes, range: style.lines } };
    const axis = (field, name) => ({
      field, type: "quantitative", title: within ? `${name}, less the country\u2019s mean` : name,
      scale: { zero: false, nice: true, padding: 8 }, axis: { tickCount: 6 },
    });
    const encoding = { x: axis("x", names[0]), y: axis("y", names[1]), color, tooltip: { field: "words" } };
    const side = Math.min(wide("scatter") - 80, 520);
    const layer = [{ mark: { type: "point", filled: true, size: within ? 34 : 60, opacity: within ? 0.6 : 1, tooltip: true }, encoding }];
    if (!within) layer.push({ mark: { type: "text", align: "left", dx: 7, fontSize: 11.5 }, encoding: { ...encoding, text: { field: "code" } } });
    const spec = { width: side, height: side * 0.7, title, config: style.config, data: { values: points }, layer };
    return [spec, `Scatter plot of ${names.join(" and ")}: ${byId("correlation").textContent}`];
  };

  // What is drawn, in the colours given, and its words.
  const pictures = { lines: drawnLines, scatter: drawnScatter };

  const counted = (n, word, words) => `${n} ${n === 1 ? word : words}`;

  const drawTable = () => {
    const years = span();
    const cell = (kind, text, className, scope) => {
      const one = Object.assign(document.createElement(kind), { textContent: text, className });
      if (scope) one.scope = scope;
      return one;
    };
    const head = document.createElement("tr");
    head.append(cell("th", "Country", "nit-left", "col"), ...years.map((year) => cell("th", year, "nit-right", "col")));
    const table = rows();
    const lines = chosen().map((code) => {
      const line = document.createElement("tr");
      line.append(cell("th", data.countries[code], "nit-left", "row"));
      for (const row of table.filter((one) => one.code === code)) {
        const one = cell("td", row.value === null ? "\u2013" : fixed(row.value), "nit-right");
        one.title = row.value === null ? "not known" : words(row.known);
        line.append(one);
      }
      return line;
    });
    document.querySelector("thead").replaceChildren(head);
    document.querySelector("tbody").replaceChildren(...lines);
    byId("table").textContent = `${data.measures[byId("measure").value]}, ${during(years)}`;
    status.textContent = `Shown: ${counted(lines.length, "country", "countries")}, ${counted(years.length, "edition", "editions")}.`;
  };

  const save = (blob, ending, id) => {
    const link = document.createElement("a");
    const years = span();
    const shown = id === "scatter" ? ["across", "up", "level"] : ["measure"];
    const name = ["nations-in-transit", ...shown.map((id) => byId(id).value), years[0], years.at(-1)].join("-");
    link.href = URL.createObjectURL(blob);
    link.download = `${name}.${ending}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const saveAs = {
    csv: async () => {
      const lines = rows().map((row) => [row.country, row.code, row.edition, byId("measure").value, row.value ?? "", row.known ?? ""]);
      const text = [["country", "iso3", "edition", "measure", "value", "known"], ...lines].map((line) => line.join(",")).join("\r\n");
      save(new Blob([`\ufeff${text}\r\n`], { type: "text/csv" }), "csv");
    },
    svg: async (id) => save(new Blob([await (await light(id)).toSVG()], { type: "image/svg+xml" }), "svg", id),
    png: async (id) => (await (await light(id)).toCanvas(2)).toBlob((blob) => save(blob, "png", id)),
  };
  // A file is for white paper, whatever the screen.
  const light = (id) => embedded(document.createElement("div"), pictures[id](look(false))[0]);

  const members = (name) => name === "all" ? Object.keys(data.countries) : data.groups[name] ?? [];

  let drawing = Promise.resolve();
  const refresh = () => {
    // A group of which others than its members are chosen can be chosen again.
    if ([...members(byId("group").value)].sort().join() !== chosen().sort().join()) byId("group").value = "";
    drawTable();
    // One after the other: a view that is being made cannot be replaced.
    drawing = drawing.then(() => draw("lines")).then(() => draw("scatter"));
    return drawing;
  };

  const change = () => { write(); refresh(); };
  boxes.forEach((box) => box.addEventListener("change", change));
  Object.values(SELECTS).forEach((id) => byId(id).addEventListener("change", change));
  byId("group").addEventListener("change", () => { choose(members(byId("group").value)); change(); });
  byId("none").addEventListener("click", () => { choose([]); change(); });
  document.querySelectorAll("[data-save]").forEach((button) => {
    button.addEventListener("click", () => saveAs[button.dataset.save](button.dataset.view));
  });
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    // A link to a part of the page leaves the choice, and the address that holds it, as they are.
    if (location.hash && !location.hash.includes("=")) return write();
    read();
    refresh();
  });
  darkness.addEventListener("change", refresh);
  let [waiting, width] = [null, innerWidth];
  addEventListener("resize", () => {
    if (width === innerWidth) return; // a bar of the browser went or came
    width = innerWidth;
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 150);
  });

  document.querySelectorAll("[hidden]:not(.nit-tip)").forEach((element) => { element.hidden = false; });
  read();
  refresh().then(() => { document.body.dataset.ready = "yes"; });
})();
