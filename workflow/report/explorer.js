// The chart that refits its lines while its controls move, and the calculator.
// Every number comes from the chart's own data sets; this file only carries them about.
"use strict";
(async () => {
  const held = document.getElementById("explorer-data");
  if (!held) return;
  const explorer = JSON.parse(held.textContent);
  const place = document.getElementById("explore-chart");
  const controls = document.getElementById("explore-controls");
  const inputs = [...controls.querySelectorAll("[data-signal]")];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const iso = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
  const given = (input) => (input.type === "range" ? Number(input.value) : input.value);
  const fixed = (value, digits) => (Number.isFinite(value) ? value.toFixed(digits) : "∞");
  let view;
  let point = null;

  // The boundaries stand where the trends of the chosen data have them.
  function start(choice) {
    for (const input of inputs.filter((input) => input.type === "range")) {
      const value = choice[input.dataset.signal];
      const step = Number(input.step);
      const reach = step * Number(input.dataset.steps);
      input.min = Math.max(value - reach, input.dataset.least ?? -Infinity);
      input.max = value + reach;
      input.value = value;
    }
  }

  function say() {
    for (const input of inputs.filter((input) => input.type === "range")) {
      const text = input.dataset.signal === "high_z" ? given(input).toFixed(2) : iso(given(input));
      input.closest("label").querySelector("output").textContent = text;
      input.setAttribute("aria-valuetext", text);
    }
  }

  // A data set that has never held a row is undefined.
  const rows = (name) => view.data(explorer.data[name]) ?? [];
  const fits = () => [...rows("fits"), ...rows("since")];

  function show() {
    const found = new Map(fits().map((fit) => [fit.line, fit]));
    for (const row of document.querySelectorAll("#explore-lines tr[data-line]")) {
      const fit = found.get(row.dataset.line);
      const [n, months, growth, r2] = row.querySelectorAll("td");
      n.textContent = fit ? fit.n : "fewer than 3";
      months.textContent = fit ? fixed(fit.months, 1) : "";
      growth.textContent = fit ? fit.growth.toFixed(2) : "";
      r2.textContent = fit ? fit.rSquared.toFixed(2) : "";
    }
    document.getElementById("explore-shown").textContent = `${rows("points").length} systems shown.`;
    if (point) distance();
  }

  async function update() {
    say();
    for (const input of inputs) view.signal(input.dataset.signal, given(input));
    view.signal("calculated_flop", point?.flop ?? null).signal("calculated_day", point?.day ?? null);
    await view.runAsync();
    show();
  }

  async function draw() {
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink");
    const soft = style.getPropertyValue("--soft");
    const line = style.getPropertyValue("--line");
    const axis = {
      labelColor: ink,
      titleColor: ink,
      domainColor: soft,
      tickColor: soft,
      gridColor: line,
    };
    const embedded = await vegaEmbed(place, structuredClone(explorer.spec), {
      mode: "vega",
      renderer: "svg",
      // Expressions are interpreted, so that the page needs no right to evaluate code.
      ast: true,
      actions: { export: true, source: false, compiled: false, editor: false },
      config: { background: null, axis },
      tooltip: { theme: dark.matches ? "dark" : "light" },
      loader: { target: "_blank", rel: "noopener" },
    });
    view = embedded.view.signal("ink", ink);
    place.querySelector("summary").setAttribute("aria-label", "Save the chart");
    await update();
  }

  controls.addEventListener("input", ({ target }) => {
    if (target.dataset.signal === "dataset") start(explorer.choices[target.selectedIndex]);
    update();
  });
  controls.addEventListener("reset", () =>
    // The form is reset after this event.
    setTimeout(() => {
      start(explorer.choices[0]);
      draw();
    }),
  );
  controls.addEventListener("submit", (event) => event.preventDefault());
  dark.addEventListener("change", draw);

  // Calculator: the formulas of the stage estimate.
  const calculator = document.getElementById("calculator-form");
  const result = document.getElementById("calculated");
  const superscript = (n) => [...String(n)].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign] ?? "⁻").join("");
  const power = (value) => {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    return `${mantissa} × 10${superscript(Number(exponent))}`;
  };

  function number(name) {
    const input = calculator.elements[name];
    const value = Number(input.value.replace(/[\s,_]/g, ""));
    const bad = !(value > 0 && Number.isFinite(value)) || (name === "utilization" && value > 1);
    input.setAttribute("aria-invalid", bad);
    return bad ? NaN : value;
  }

  function distance() {
    const texts = fits().map((fit) => {
      const line = fit.coef[0] + fit.coef[1] * point.day;
      const oom = Math.log10(point.flop) - line;
      const factor = 10 ** oom;
      const times = factor >= 0.01 && factor < 99.5 ? Number(factor.toPrecision(2)) : power(factor);
      const name = document.querySelector(`#explore-lines tr[data-line="${fit.line}"] th`).textContent;
      return `${times} times the line “${name.trim()}” (${oom < 0 ? "−" : "+"}${Math.abs(oom).toFixed(1)} OOM)`;
    });
    result.textContent =
      `${point.sum} = ${power(point.flop)} FLOP. That is, on ${iso(point.day)}, with lines carried on: ` +
      `${texts.join("; ")}.`;
    result.dataset.flop = point.flop;
  }

  function calculate() {
    const [chip] = calculator.elements.chip.selectedOptions;
    const counted = calculator.elements.way.value === "counted";
    for (const part of calculator.querySelectorAll("fieldset[data-way]")) {
      part.hidden = part.dataset.way !== calculator.elements.way.value;
    }
    const names = counted ? ["parameters", "tokens"] : ["chips", "days", "utilization"];
    const values = names.map(number);
    const day = Date.parse(calculator.elements.date.value) / 864e5;
    if (values.some(Number.isNaN) || Number.isNaN(day)) {
      point = null;
      result.textContent = "Every field needs a number above 0, such as 175e9; utilization at most 1.";
      delete result.dataset.flop;
    } else if (counted) {
      const [parameters, tokens] = values;
      const passes = 1 + explorer.backward_forward_ratio;
      const sum = `2 × ${power(parameters)} × ${passes} × ${power(tokens)}`;
      point = { flop: 2 * parameters * passes * tokens, day, sum };
    } else {
      const [chips, days, utilization] = values;
      const rate = Number(chip.value);
      const sum = `${chips} chips × ${days} days × 86 400 s × ${power(rate)} FLOP/s × ${utilization}`;
      point = { flop: chips * days * 86400 * rate * utilization, day, sum };
    }
    update();
  }

  start(explorer.choices[0]);
  await draw();
  calculator.addEventListener("input", calculate);
  calculator.addEventListener("submit", (event) => {
    event.preventDefault();
    calculate();
  });
  // What does not work yet is not shown.
  controls.hidden = calculator.hidden = false;
})();
