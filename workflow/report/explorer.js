// The chart that refits its lines while its controls move. It selects, fits and resamples with
// trendLines; the numbers of lines that nothing has moved are those of the run.
"use strict";
const explorer = (() => {
  const held = document.getElementById("explorer-data");
  if (!held) return null;
  const data = JSON.parse(held.textContent);
  const { rules } = data;
  const place = document.getElementById("explore-chart");
  const controls = document.getElementById("explore-controls");
  const fields = controls.elements;
  const sliders = [...controls.querySelectorAll("[data-boundary]")];
  const told = document.getElementById("explore-told");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const { fixed, span, power, isoDay, dayOf } = numbers;
  const text = (id, words) => (document.getElementById(id).textContent = words);
  const yearOf = (day) => new Date(day * 864e5).getUTCFullYear();
  const startOf = (year) => dayOf(`${String(year).padStart(4, "0")}-01-01`);
  // What others of the page do once lines are fitted
  const listeners = [];
  let view, choice, basis, pool, systems, now;
  let point = null;
  let telling = [];

  // ---- What is chosen
  function fill(select, words, all) {
    const before = select.value;
    select.replaceChildren(...[["all", all], ...words.map((word) => [word, word])].map(([value, label]) => {
      const option = document.createElement("option");
      [option.value, option.textContent] = [value, label];
      return option;
    }));
    select.value = words.includes(before) ? before : "all";
  }

  const each = (coded) => [...new Set(coded.words.flatMap((words) => words.split("; ")))].sort();

  // The systems of a choice on a basis, with their arrays, which are made once.
  function takePool() {
    const { source, bases } = data.pools[choice.pool];
    const columns = bases[basis];
    columns.arrays ??= trendLines.poolOf(columns.day, columns.flop, rules.window_days);
    [pool, systems] = [columns, data.systems[source]];
    fill(fields.domain, each(pool.domain), "all");
    fields.country.closest("label").hidden = !systems.country;
    fill(fields.country, systems.country ? each(systems.country) : [], "all");
  }

  // The controls stand where the run has them.
  function start(chosen) {
    choice = chosen;
    fields.data.value = choice.name;
    for (const option of fields.basis.options) option.hidden = !choice.bases.includes(option.value);
    if (!choice.bases.includes(fields.basis.value)) fields.basis.value = choice.bases[0];
    basis = fields.basis.value;
    fields.basis.closest("label").hidden = choice.bases.length < 2;
    for (const slider of sliders) {
      const value = choice.boundaries[slider.dataset.boundary];
      slider.closest("label").hidden = value === undefined;
      if (value === undefined) continue;
      const step = Number(slider.step);
      const steps = (days) => step * Math.floor(Math.max(days, 0) / step);
      slider.min = value - Math.min(step * 300, steps(value - choice.period[0] - 1));
      slider.max = value + Math.min(step * 300, steps(choice.period[1] - value - 1));
      slider.value = value;
    }
    const z = fields.high_z;
    z.closest("label").hidden = choice.high_z === null;
    if (choice.high_z !== null) {
      [z.min, z.max] = [Math.max(0, choice.high_z - 1), choice.high_z + 1];
      z.value = choice.high_z;
    }
    takePool();
    years(choice.since);
  }

  const wholeYears = () => [yearOf(pool.day.find((day) => day > choice.period[0])), yearOf(choice.period[1])];
  function years(since) {
    const [first, last] = wholeYears();
    for (const field of [fields.from, fields.to]) [field.min, field.max] = [first, last];
    fields.from.value = since ?? first;
    fields.to.value = last;
  }

  const moved = (name) => {
    const slider = sliders.find((one) => one.dataset.boundary === name);
    return Number(slider.value);
  };

  // One boundary of a line cannot pass the other: the one that moves stops before it.
  function keepApart(slider) {
    for (const line of choice.lines) {
      const [after, through] = [line.after, line.through];
      const step = Number(slider.step);
      const grid = (days) => Number(slider.min) + step * days;
      const end = (name) => (typeof name === "string" ? moved(name) : name);
      if (after === slider.dataset.boundary && end(after) >= end(through)) {
        slider.value = grid(Math.ceil((end(through) - slider.min) / step) - 1);
      }
      if (through === slider.dataset.boundary && end(through) <= end(after)) {
        slider.value = grid(Math.floor((end(after) - slider.min) / step) + 1);
      }
    }
  }

  function say() {
    for (const slider of [...sliders, fields.high_z]) {
      const words = slider.dataset.boundary ? isoDay(Number(slider.value)) : Number(slider.value).toFixed(2);
      slider.closest("label").querySelector("output").textContent = words;
      slider.setAttribute("aria-valuetext", words);
    }
    const [from, to] = [Number(fields.from.value), Number(fields.to.value)];
    const [first, last] = wholeYears();
    const wrong = (year) => !Number.isInteger(year) || year < first || year > last || from > to;
    fields.from.setAttribute("aria-invalid", wrong(from));
    fields.to.setAttribute("aria-invalid", wrong(to));
    const said = wrong(from) || wrong(to) ? `Years from ${first} to ${last}, the first not after the last.` : "";
    text("explore-wrong", said);
    if (!said) now = { ...now, from, to };
  }

  // ---- Lines
  const chosenLines = (at, highZ) =>
    choice.lines.map((line) => {
      const day = (end) => (typeof end === "string" ? at(end) : end);
      return {
        after: day(line.after),
        through: day(line.through),
        markedAfter: day(line.marked_after),
        scale: line.scale,
        top: line.top,
        keepsLow: line.keeps_low,
        lowZ: rules.low_z,
        highZ,
      };
    });

  function isMoved(place, lines) {
    const [line, first] = [lines[place], chosenLines((name) => choice.boundaries[name], choice.high_z)[place]];
    const names = line.scale === "all" ? ["after", "through"] : ["after", "through", "markedAfter", "highZ"];
    return now.filtered || names.some((name) => line[name] !== first[name]);
  }

  const has = (coded, row, word) => word === "all" || coded.words[coded.at[row]].split("; ").includes(word);

  function refit() {
    const [domain, country] = [fields.domain.value, fields.country.value];
    const filter = Uint8Array.from(pool.day, (_, i) =>
      has(pool.domain, i, domain) && (!systems.country || has(systems.country, pool.system[i], country)) ? 1 : 0,
    );
    const lines = chosenLines(moved, Number(fields.high_z.value));
    const filters = [domain, country].filter((word) => word !== "all");
    now = { ...now, filter, filters, filtered: filters.length > 0, lines };
    Object.assign(now, trendLines.fit(pool.arrays, lines, filter));
    now.rows = choice.lines.map((line, place) => rowOf(line, place));
  }

  const months = (slope) => (slope > 0 ? Math.log10(2) / slope / rules.days_per_month : Infinity);
  const perYear = (slope) => 10 ** (slope * rules.days_per_year);

  // Numbers of a line: the run's own where nothing has moved, else without an interval so far
  function rowOf(line, place) {
    const fit = now.fits[place];
    const run = line.numbers[basis];
    const words = line.words + (now.filtered ? ` (${now.filters.join(", ")})` : "");
    const own = { line: line.line, words, fit, n: fit.n, ends: now.lines[place] };
    if (!isMoved(place, now.lines)) {
      const named = (name) => ["", "_ci90_low", "_ci90_high"].map((end) => (run[name + end] === null ? NaN : Number(run[name + end])));
      return { ...own, n: run.n, r2: run.r2, growth: named("growth_per_year"), doubling: named("doubling_time_months"), note: run.note, from: "run" };
    }
    if (Number.isNaN(fit.slope)) return { ...own, from: "none" };
    const ends = [fit.slope, NaN, NaN];
    return { ...own, r2: fit.r2, growth: ends.map(perYear), doubling: [months(fit.slope), NaN, NaN], from: "waits", note: null };
  }

  const inView = lineBands.seen(place);
  async function resample() {
    const trends = choice.lines.map((line) => line.trend);
    const waited = now.rows.filter((row) => row.from === "waits");
    const rows = now.rows;
    if (!(await lineBands.complete(pool, now, { rules, trends, usual: choice.name, inView })) || rows !== now.rows) return;
    for (const row of waited) {
      const { low, high, note } = row.ends90;
      row.note = note ?? null;
      if (note) continue;
      row.growth = [row.growth[0], perYear(low), perYear(high)];
      row.doubling = [row.doubling[0], months(high), months(low)];
    }
    if (waited.length) showLines();
    drawLines();
    await view.runAsync();
  }

  // ---- What is shown
  const ends = ([, low, high], row) => (row.from === "waits" ? "…" : row.note ? "no interval" : span(low, high));
  const mark = (row) => (row.from === "page" && !row.note ? "°" : "");

  function cellOf(row, values, sign = "") {
    const cell = document.createElement("td");
    cell.className = "num";
    if (!values) return cell;
    const small = document.createElement("small");
    small.textContent = ends(values, row) + mark(row);
    if (row.note) small.title = row.note;
    cell.append(sign + fixed(values[0]), small);
    return cell;
  }

  // A period as render/wording.py has it, such as 2010 to 19 August 2026
  const inWords = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
  function dated({ after, through }) {
    const [first, last] = [after + 1, through].map((day) => new Date(day * 864e5));
    const begins = ["01-01", "01-02"].includes(isoDay(after + 1).slice(5));
    const ends = isoDay(through).endsWith("12-31");
    const day = (date, isYear) => (isYear ? date.getUTCFullYear() : inWords.format(date));
    return `${day(first, begins)} to ${day(last, ends)}`;
  }

  function showLines() {
    const body = document.querySelector("#explore-lines tbody");
    for (const [place, row] of now.rows.entries()) {
      const shown = body.rows[place];
      shown.hidden = false;
      shown.dataset.line = row.line;
      const head = shown.querySelector("th");
      const small = document.createElement("small");
      small.textContent = `${dated(row.ends)}, ${row.from === "none" ? "fewer than 3 systems" : `n = ${row.n}`}`;
      const swatch = document.getElementById(`swatch-${row.line}`).content.cloneNode(true);
      head.replaceChildren(swatch, ` ${row.words}`, small);
      const r2 = document.createElement("td");
      r2.className = "num";
      r2.textContent = row.from === "none" ? "" : fixed(row.r2, 2);
      shown.replaceChildren(head, cellOf(row, row.growth, "×"), cellOf(row, row.doubling), r2);
    }
    for (const extra of [...body.rows].slice(now.rows.length)) extra.hidden = true;
    const some = now.rows.some((row) => mark(row) || row.from === "waits");
    document.getElementById("explore-resampled").hidden = !some;
    for (const listen of listeners) listen();
  }

  const flopWords = (value) => (value === null ? "none" : power(value));
  function aboutOf(i) {
    const at = pool.system[i];
    return {
      name: systems.name[at],
      organization: systems.organization[at] || "unknown",
      date: isoDay(pool.day[i]),
      domain: pool.domain.words[pool.domain.at[i]],
      published_text: flopWords(systems.published[at]),
      estimated_text: flopWords(systems.estimated[at]),
      z: Number.isNaN(now.z[i]) ? "none" : now.z[i].toFixed(2),
    };
  }

  // The first line that holds a system gives its mark; a line over others gives none.
  function marks() {
    const of = new Array(pool.day.length).fill("other");
    for (const i of of.keys()) {
      if (Number.isNaN(now.z[i])) of[i] = "not rated";
      else if (now.z[i] < rules.low_z && choice.lines.some((line) => !line.keeps_low)) of[i] = "low";
    }
    for (const row of now.rows.toReversed()) {
      if (row.line !== "since") for (const i of row.fit.of) of[i] = row.line;
    }
    return of;
  }

  const words = () => fields.find.value.toLowerCase().split(/\s+/).filter(Boolean);
  function isFound(i) {
    const at = pool.system[i];
    const about = `${systems.name[at]} ${systems.organization[at]}`.toLowerCase();
    return words().every((word) => about.includes(word));
  }

  // Names that the chart shows unasked: systems that set a record, the newest first, not too near.
  function records(shown, room) {
    let most = -Infinity;
    const setters = shown.filter((i) => pool.flop[i] > most && (most = pool.flop[i]));
    const width = (startOf(now.to + 1) - startOf(now.from)) / room;
    return setters.toReversed().reduce((kept, i) => {
      if (!kept.length || pool.day[kept.at(-1)] - pool.day[i] > width) kept.push(i);
      return kept;
    }, []);
  }

  function drawSystems() {
    const [first, last] = [startOf(now.from), startOf(now.to + 1)];
    const of = marks();
    const inside = (i) => pool.day[i] > choice.period[0] && pool.day[i] <= choice.period[1] && pool.day[i] >= first && pool.day[i] < last;
    const shown = [...now.filter.keys()].filter((i) => now.filter[i] && inside(i));
    const found = words().length ? new Set(shown.filter(isFound)) : null;
    Object.assign(now, { shown, of, found });
    const rows = shown.map((i) => ({
      ...aboutOf(i),
      place: i,
      time: pool.day[i] * 864e5,
      flop: pool.flop[i],
      line: of[i],
      faded: Boolean(found && !found.has(i)),
    }));
    const pointOf = ({ day, flop }) => ({ time: day * 864e5, flop });
    const nameOf = (i) => ({
      ...pointOf({ day: pool.day[i], flop: pool.flop[i] }),
      name: systems.name[pool.system[i]],
      found: Boolean(found),
      weight: "normal",
    });
    const room = isNarrow() ? 5 : 12;
    const named = found ? [...found].toReversed().slice(0, 25) : records(shown, room);
    const flop = [...[...rows, ...(point ? [point] : [])].map((one) => one.flop), ...heightsInView()];
    const days = [Math.min(last, choice.period[1] + 1), ...(point ? [point.day] : [])];
    view
      .signal("x0", Math.min(first, ...days) * 864e5)
      .signal("x1", Math.max(...days) * 864e5)
      .signal("y0", flop.length ? Math.min(...flop) : 1)
      .signal("y1", flop.length ? highest(flop) : 10)
      .data("systems", rows)
      .data("named", [...(point ? [{ ...pointOf(point), name: "calculated", found: false, weight: "bold" }] : []), ...named.map(nameOf)])
      .data("boundaries", Object.keys(choice.boundaries).map((name) => ({ time: moved(name) * 864e5 })))
      .data("calculated", point ? [pointOf(point)] : []);
    text("explore-shown", `${shown.length} systems shown.`);
    if (found) tell([...found].slice(-5).reverse(), `${found.size} found${found.size > 5 ? ", the newest" : ""}`);
    else if (told.dataset.of === "search") tell([], "");
  }

  const isNarrow = () => place.clientWidth < 500;
  const linesInView = () =>
    now.rows.filter(({ from, fit }) => from !== "none" && fit.last >= startOf(now.from) && fit.first < startOf(now.to + 1));
  // Where there is little room, the legend has its own above the marks.
  function highest(flop) {
    const [least, most] = [Math.min(...flop), Math.max(...flop)];
    const share = isNarrow() ? (17 * linesInView().length) / 400 : 0;
    return most * (most / least) ** (share / (1 - share));
  }
  function heightsInView() {
    const within = (day) => Math.min(Math.max(day, startOf(now.from)), startOf(now.to + 1));
    return linesInView().flatMap(({ fit }) => [fit.first, fit.last].map((day) => heightOf(fit, within(day))));
  }
  const heightOf = (fit, day) => 10 ** (fit.level + fit.slope * day);

  function drawLines() {
    const rows = linesInView();
    const legend = (row) => {
      const growth = `×${fixed(row.growth[0])}`;
      return isNarrow() ? `${growth} ${row.words}` : `${row.words}: ${growth} a year (${ends(row.growth, row)}), n = ${row.n}`;
    };
    view.data("lines", rows.flatMap((row, at) =>
      [row.fit.first, row.fit.last].map((day) => ({ line: row.line, time: day * 864e5, flop: heightOf(row.fit, day), text: legend(row), place: at })),
    ));
    view.data("bands", rows.flatMap(({ line, band }) =>
      (band ?? []).map(({ day, low, high }) => ({ line, time: day * 864e5, low: 10 ** low, high: 10 ** high })),
    ));
  }

  // Data of systems below the chart, for those who cannot point at a mark
  function tell(places, lead) {
    telling = places;
    told.dataset.of = lead ? "search" : "mark";
    const items = places.map((i) => {
      const item = document.createElement("li");
      const about = aboutOf(i);
      const at = pool.system[i];
      const stated = data.pools[choice.pool].source === "annotations";
      const values = stated ? `${about.published_text} FLOP as published, ${about.estimated_text} re-derived` : `${about.published_text} FLOP`;
      const how = systems.how[at] && stated ? ` (${systems.how[at]})` : "";
      const name = document.createElement("b");
      name.textContent = about.name;
      item.append(name, `, ${about.organization}, ${about.date}: ${values}${how}; z ${about.z}.`);
      if (systems.link[at]) item.append(" ", link(systems.link[at], "Source"));
      if (stated) item.append(" ", link(`#system-${systems.id[at]}`, "Arithmetic"));
      return item;
    });
    const list = document.createElement("ul");
    list.append(...items);
    told.replaceChildren(...(lead ? [`${lead}${items.length ? ":" : "."}`] : []), ...(items.length ? [list] : []));
  }

  function link(address, words) {
    const anchor = document.createElement("a");
    [anchor.href, anchor.textContent] = [address, words];
    if (!address.startsWith("#")) [anchor.target, anchor.rel] = ["_blank", "noopener"];
    return anchor;
  }

  let drawing = null;
  let zoomEnds = false;
  // Several changes within one picture of the screen are drawn once.
  function update({ refits = true, whole = false } = {}) {
    zoomEnds ||= whole;
    say();
    if (refits) refit();
    drawing ??= new Promise((done) => requestAnimationFrame(done)).then(async () => {
      drawing = null;
      if (zoomEnds) view.signal("view_time", null).signal("view_flop", null);
      zoomEnds = false;
      drawSystems();
      drawLines();
      showLines();
      await view.runAsync();
      resample();
    });
    return drawing;
  }

  // ---- The address holds what differs from the start, behind the name of the section.
  const NAME = "explorer";
  function state() {
    const first = data.choices[0];
    const kept = new URLSearchParams();
    const keep = (name, value, usual) => value !== usual && kept.set(name, value);
    keep("data", choice.name, first.name);
    keep("basis", basis, choice.bases[0]);
    for (const name of ["domain", "country"]) keep(name, fields[name].value, "all");
    for (const name of Object.keys(choice.boundaries)) keep(name, isoDay(moved(name)), isoDay(choice.boundaries[name]));
    if (choice.high_z !== null) keep("high_z", String(Number(fields.high_z.value)), String(choice.high_z));
    const [begin, end] = wholeYears();
    keep("from", String(now.from), String(choice.since ?? begin));
    keep("to", String(now.to), String(end));
    keep("find", fields.find.value.trim(), "");
    return kept.toString();
  }

  function address() {
    const kept = state();
    return `${location.href.split("#")[0]}#${NAME}${kept ? `?${kept}` : ""}`;
  }

  function take(query) {
    const kept = new URLSearchParams(query);
    fields.find.value = kept.get("find") ?? "";
    for (const name of ["domain", "country"]) fields[name].value = "all";
    if ([...fields.basis.options].some((option) => option.value === kept.get("basis"))) fields.basis.value = kept.get("basis");
    else fields.basis.selectedIndex = 0;
    start(data.choices.find((one) => one.name === kept.get("data")) ?? data.choices[0]);
    for (const name of ["domain", "country"]) {
      const known = [...fields[name].options].some((option) => option.value === kept.get(name));
      if (known) fields[name].value = kept.get(name);
    }
    for (const slider of sliders) {
      const day = dayOf(kept.get(slider.dataset.boundary) ?? "");
      if (!Number.isNaN(day) && choice.boundaries[slider.dataset.boundary] !== undefined) slider.value = day;
    }
    for (const slider of sliders) if (!slider.closest("label").hidden) keepApart(slider);
    const threshold = Number(kept.get("high_z") ?? NaN);
    if (Number.isFinite(threshold)) fields.high_z.value = threshold;
    const [from, to] = ["from", "to"].map((name) => Number(kept.get(name) ?? fields[name].value));
    const [first, last] = wholeYears();
    if (Number.isInteger(from) && Number.isInteger(to) && first <= from && from <= to && to <= last) {
      [fields.from.value, fields.to.value] = [from, to];
    }
  }

  const inAddress = () => {
    const [name, query] = location.hash.slice(1).split("?");
    return name === NAME && query !== undefined ? query : null;
  };
  let writing;
  function remember() {
    clearTimeout(writing);
    writing = setTimeout(() => history.replaceState(null, "", address()), 200);
  }

  // ---- Files
  const systemsCsv = () =>
    files.csv(
      ["system", "organization", "publication_date", "training_compute_flop", "domain", "country", "line", "z_score", "link"],
      now.shown.filter((i) => !now.found || now.found.has(i)).map((i) => {
        const at = pool.system[i];
        const country = systems.country ? systems.country.words[systems.country.at[at]] : "";
        return [systems.name[at], systems.organization[at], isoDay(pool.day[i]), pool.flop[i], pool.domain.words[pool.domain.at[i]], country, now.of[i], now.z[i], systems.link[at]];
      }),
    );

  const linesCsv = () => {
    const ofInterval = (name) => ["", "_ci90_low", "_ci90_high"].map((end) => name + end);
    return files.csv(
      ["line", "after", "through", "n", ...ofInterval("growth_per_year"), ...ofInterval("doubling_time_months"), "r2", "interval_from"],
      now.rows.map((row) => {
        const nothing = [NaN, NaN, NaN];
        const from = { run: "this run", page: `${trendLines.DRAWS} resamples in the page` }[row.from] ?? "";
        return [row.words, isoDay(row.ends.after), isoDay(row.ends.through), row.n, ...(row.growth ?? nothing), ...(row.doubling ?? nothing), row.r2 ?? NaN, row.note ? "no interval" : from];
      }),
    );
  };

  // ---- The chart
  async function draw() {
    const style = getComputedStyle(document.documentElement);
    const [ink, soft, line] = ["--ink", "--soft", "--line"].map((name) => style.getPropertyValue(name));
    const axis = { labelColor: ink, titleColor: ink, domainColor: soft, tickColor: soft, gridColor: line };
    const embedded = await vegaEmbed(place, structuredClone(data.spec), {
      mode: "vega",
      renderer: "svg",
      // Expressions are interpreted, so that the page needs no right to evaluate code.
      ast: true,
      actions: { export: true, source: false, compiled: false, editor: false },
      config: { background: null, axis },
      tooltip: { theme: dark.matches ? "dark" : "light" },
    });
    view = embedded.view.signal("ink", ink);
    view.addEventListener("click", (_, item) => {
      if (item?.datum?.place !== undefined && item.datum.name) tell([item.datum.place], "");
    });
    place.querySelector("summary").setAttribute("aria-label", "Save the chart");
    await update();
  }

  controls.addEventListener("input", ({ target }) => {
    if (target.name === "data") {
      start(data.choices.find((one) => one.name === target.value));
      tell([], "");
    } else if (target.name === "basis") {
      basis = target.value;
      takePool();
      tell([], "");
    } else if (target.dataset.boundary) keepApart(target);
    const looks = ["find", "from", "to"].includes(target.name);
    update({ refits: !looks, whole: target.name !== "find" });
    remember();
  });
  controls.addEventListener("reset", (event) => {
    event.preventDefault();
    take("");
    tell([], "");
    update({ whole: true });
    remember();
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  for (const button of controls.querySelectorAll("[data-since]")) {
    button.addEventListener("click", () => {
      years(button.dataset.since ? Number(button.dataset.since) : null);
      update({ refits: false, whole: true });
      remember();
    });
  }
  document.getElementById("explore-link").addEventListener("click", async () => {
    history.replaceState(null, "", address());
    try {
      await navigator.clipboard.writeText(address());
      text("explore-done", "Link copied.");
    } catch {
      text("explore-done", "The link is the address of this page now.");
    }
  });
  document.getElementById("explore-systems").addEventListener("click", () => files.save("systems_shown.csv", systemsCsv()));
  document.getElementById("explore-fits").addEventListener("click", () => files.save("lines_shown.csv", linesCsv()));
  dark.addEventListener("change", draw);
  addEventListener("hashchange", () => {
    if (inAddress() === null) return;
    take(inAddress());
    update({ whole: true });
    document.getElementById(NAME).scrollIntoView();
  });

  async function begin() {
    // The page itself comes first.
    await new Promise((done) => (window.requestIdleCallback ?? setTimeout)(done));
    take(inAddress() ?? "");
    await draw();
    // What does not work yet is not shown.
    controls.hidden = false;
    document.getElementById("explore-files").hidden = false;
    if (inAddress() !== null) document.getElementById(NAME).scrollIntoView();
    // Room for names and legend changes with the width, which is none while the part is not shown.
    let width = place.clientWidth;
    new ResizeObserver(() => {
      if (place.clientWidth === width) return;
      width = place.clientWidth;
      update({ refits: false });
    }).observe(place);
  }

  // A calculated system in the chart, or none
  function show(calculated) {
    point = calculated;
    return update({ refits: false });
  }

  return { ready: begin(), data, show, listen: (act) => listeners.push(act), lines: () => now.rows, heightOf };
})();
