// Calculator: training compute of a run by the formulas and intervals of the stage estimate.
"use strict";
(async () => {
  if (!explorer) return;
  await explorer.ready;
  const rules = explorer.data.calculator;
  const form = document.getElementById("calculator-form");
  const places = document.getElementById("calculator-stages");
  const result = document.getElementById("calculated");
  const wrong = document.getElementById("calculated-wrong");
  const { read, power, factor, isoDay, dayOf } = numbers;
  const Z90 = 1.6448536269514722;
  const DRAWS = 40000;
  const SECONDS_PER_DAY = 86400;
  const EXAMPLE = "such as 3e23, 175B or 1.8 trillion";
  const FIELDS = {
    parameters: ["Parameters", EXAMPLE, Infinity],
    tokens: ["Tokens", EXAMPLE, Infinity],
    epochs: ["Passes over the data", "such as 1 or 2.5", Infinity],
    chips: ["Chips", "such as 1000 or 25K", Infinity],
    days: ["Days", "such as 30 or 12.5", Infinity],
    utilization: ["Utilization", "above 0 and at most 1, such as 0.4", 1],
  };
  // Normal numbers, the same for every question (polar method)
  const bits = trendLines.randomBits(1);
  const normal = Float64Array.from({ length: DRAWS * 6 }, () => {
    for (;;) {
      const [a, b] = [bits() / 2 ** 31 - 1, bits() / 2 ** 31 - 1];
      const size = a * a + b * b;
      if (size > 0 && size < 1) return a * Math.sqrt((-2 * Math.log(size)) / size);
    }
  });
  const errorsOf = (input) => normal.subarray((input % 6) * DRAWS, ((input % 6) + 1) * DRAWS);
  const ends = (draws) => [0.05, 0.95].map((level) => trendLines.quantile(draws.sort(), level));

  // A number with its mark: {value, assumed, factor}; null where the field is empty
  function quantity(fields, name, problems) {
    const field = fields.querySelector(`[name=${name}]`);
    const [label, expected, most] = FIELDS[name];
    const [number, ...marks] = field.value.split("~");
    const value = read(number);
    const within = marks.length && marks[0].trim() ? read(marks[0]) : null;
    const empty = field.value.trim() === "";
    const bad = !empty && (!(value > 0 && value <= most) || marks.length > 1 || (within !== null && !(within >= 1 && within <= 1e6)));
    field.setAttribute("aria-invalid", bad);
    if (bad) problems.push(`${stageName(fields)}${label}: “${field.value.trim()}” is not a number ${expected}.`);
    return empty || bad ? null : { value, assumed: marks.length > 0, factor: within };
  }

  const stages = () => [...places.children];
  const stageName = (fields) => (stages().length > 1 ? `${fields.querySelector("legend").textContent}, ` : "");

  // Median and ends of a product, each input with its factor; `product` takes the inputs' values.
  function estimate(inputs, product, learnt) {
    const names = Object.keys(inputs);
    const of = (name) => inputs[name].value;
    const flop = product(Object.fromEntries(names.map((name) => [name, of(name)])));
    if (learnt) {
      const width = rules.utilization.half_width_oom;
      return { flop, low: flop / 10 ** width, high: flop * 10 ** Math.min(width, -Math.log10(of("utilization"))) };
    }
    const known = names.every((name) => rules.factors[name]);
    if (!known || rules.structural_oom === null) {
      const assumed = names.some((name) => inputs[name].assumed);
      const width = rules.classes[assumed ? "speculative" : "likely"];
      return { flop, low: flop / width, high: flop * width };
    }
    const scatter = names.map((name) => {
      const [stated, assumed] = rules.factors[name];
      return Math.log(inputs[name].factor ?? (inputs[name].assumed ? assumed : stated)) / Z90;
    });
    const draws = Float64Array.from({ length: DRAWS }, (_, draw) => {
      const values = names.map((name, i) => of(name) * Math.exp(scatter[i] * errorsOf(i)[draw]));
      const drawn = Object.fromEntries(names.map((name, i) => [name, values[i]]));
      if ("utilization" in drawn) drawn.utilization = Math.min(drawn.utilization, 1);
      return product(drawn);
    });
    const [low, high] = ends(draws).map((end) => Math.hypot(Math.log10(end / flop), rules.structural_oom));
    return { flop, low: flop / 10 ** low, high: flop * 10 ** high };
  }

  const given = (value) => ({ value, assumed: false, factor: null });

  function counted(fields, problems) {
    const [parameters, tokens, epochs] = ["parameters", "tokens", "epochs"].map((name) => quantity(fields, name, problems));
    if (!parameters && !tokens && !epochs) return null;
    for (const [name, found] of [["parameters", parameters], ["tokens", tokens]]) {
      if (!found && !fields.querySelector(`[name=${name}]`).value.trim()) missing(fields, name, problems);
    }
    if (problems.length) return null;
    const ratio = fields.querySelector("[name=forward_only]").checked ? 0 : rules.backward_forward_ratio;
    const inputs = { parameters, backward_forward_ratio: given(ratio), examples: tokens, epochs: epochs ?? given(1) };
    const product = (of) => 2 * of.parameters * (1 + of.backward_forward_ratio) * of.examples * of.epochs;
    const passes = epochs ? ` × ${epochs.value}` : "";
    return { ...estimate(inputs, product), sum: `2 × ${power(parameters.value)} × ${1 + ratio} × ${power(tokens.value)}${passes}` };
  }

  function timed(fields, problems) {
    const chip = fields.querySelector("[name=chip]");
    const [chips, days, utilization] = ["chips", "days", "utilization"].map((name) => quantity(fields, name, problems));
    chip.setAttribute("aria-invalid", false);
    if (!chip.value && !chips && !days && !utilization) return null;
    if (!chip.value) {
      chip.setAttribute("aria-invalid", true);
      problems.push(`${stageName(fields)}Chip and number format: choose one, or leave chips, days and utilization empty.`);
    }
    for (const [name, found] of [["chips", chips], ["days", days]]) {
      if (!found && !fields.querySelector(`[name=${name}]`).value.trim()) missing(fields, name, problems);
    }
    if (problems.length) return null;
    const rate = Number(chip.value);
    const peak = chips.value * days.value * SECONDS_PER_DAY * rate;
    const line = rules.utilization;
    const usual = () => {
      if (!line) return rules.fixed_utilization;
      const size = Math.min(Math.max(peak, line.smallest_peak_flop), line.largest_peak_flop);
      return Math.min(1, 10 ** (line.log_at_reference + line.utilization_slope * Math.log10(size / line.reference)));
    };
    const share = utilization ?? { value: usual(), assumed: true, factor: null };
    const inputs = { chips, hours: { ...days, value: days.value * 24 }, peak_flop_per_second: given(rate), utilization: share };
    const product = (of) => of.chips * of.hours * 3600 * of.peak_flop_per_second * of.utilization;
    const value = estimate(inputs, product, !utilization && Boolean(line));
    const learnt = utilization ? "" : line ? " (utilization as other systems had it)" : " (usual utilization)";
    const shown = Number(share.value.toPrecision(3));
    return { ...value, peak, sum: `${chips.value} chips × ${days.value} days × 86 400 s × ${power(rate)} FLOP/s × ${shown}${learnt}` };
  }

  function missing(fields, name, problems) {
    fields.querySelector(`[name=${name}]`).setAttribute("aria-invalid", true);
    problems.push(`${stageName(fields)}${FIELDS[name][0]}: empty, a number is needed, ${FIELDS[name][1]}.`);
  }

  // Sum of stages with independent errors, each drawn log-normal to either side of its value
  function together(parts) {
    if (parts.length === 1) return parts[0];
    const flop = parts.reduce((sum, part) => sum + part.flop, 0);
    const draws = new Float64Array(DRAWS);
    for (const [place, part] of parts.entries()) {
      const errors = errorsOf(place);
      for (let draw = 0; draw < DRAWS; draw++) {
        const error = errors[(draw + 7919 * Math.floor(place / 6)) % DRAWS] / Z90;
        draws[draw] += part.flop * Math.exp(error * Math.abs(Math.log((error < 0 ? part.low : part.high) / part.flop)));
      }
    }
    const [low, high] = ends(draws);
    return { flop, low, high };
  }

  const interval = ({ low, high }) => `${power(low, 1)} to ${power(high, 1)}`;
  const paragraph = (...parts) => {
    const element = document.createElement("p");
    element.append(...parts);
    return element;
  };

  function told(stage) {
    const [first, second] = stage.ways;
    const lines = [`${stage.name}${first.sum} = ${power(first.flop)} FLOP (${interval(first)}).`];
    if (second) {
      const implied = first.flop / second.peak;
      lines.push(
        `From chips and time: ${second.sum} = ${power(second.flop)} FLOP (${interval(second)}), ${factor(second.flop / first.flop)} times the counted operations, which imply a utilization of ${Number(implied.toPrecision(2))}. The value is the counted one.`,
      );
      if (implied > rules.highest_utilization) lines.push(`No training is known to reach a utilization of ${rules.highest_utilization}: an input is wrong.`);
    }
    return lines.map((line) => paragraph(line));
  }

  // How far a system lies from each line, and whether the line had to be carried on
  function distances(value) {
    const list = document.createElement("ul");
    for (const row of explorer.lines()) {
      if (row.from === "none") continue;
      const { fit } = row;
      const times = value.flop / explorer.heightOf(fit, value.day);
      const item = document.createElement("li");
      item.dataset.line = row.line;
      item.append(`${factor(times)} times the line “${row.words}” of that day`);
      const [early, late] = [fit.first - value.day, value.day - fit.last];
      if (Math.max(early, late) > 30) {
        const years = (Math.max(early, late) / 365.25).toFixed(1);
        const warning = document.createElement("b");
        warning.textContent = ` Carried on: its systems ${late > 0 ? "end" : "begin"} on ${isoDay(late > 0 ? fit.last : fit.first)}, ${years} years ${late > 0 ? "before" : "after"} this date.`;
        item.append(".", warning);
      } else item.append(".");
      list.append(item);
    }
    return list;
  }

  let value = null;
  function show() {
    if (!value) return;
    const { total, day } = value;
    const lead = document.createElement("b");
    lead.textContent = `${power(total.flop)} FLOP`;
    const sums = value.stages.flatMap(told);
    result.replaceChildren(paragraph(lead, ` (90 % interval ${interval(total)}).`), ...sums, paragraph(`On ${isoDay(day)} it is:`), distances({ flop: total.flop, day }));
    result.dataset.flop = total.flop;
    [result.dataset.low, result.dataset.high] = [total.low, total.high];
  }

  function calculate() {
    const problems = [];
    const read = stages().map((fields) => {
      const own = [];
      const ways = [counted(fields, own), timed(fields, own)].filter(Boolean);
      if (!own.length && !ways.length) own.push(`${stageName(fields)}Parameters and tokens, or chips and days: give one of the two.`);
      problems.push(...own);
      return { name: stageName(fields).replace(", ", ": "), ways };
    });
    const day = dayOf(form.elements.date.value);
    form.elements.date.setAttribute("aria-invalid", Number.isNaN(day));
    if (Number.isNaN(day)) problems.push("Date: a day is needed, such as 2026-08-19.");
    wrong.replaceChildren(...problems.map((problem) => paragraph(problem)));
    value = problems.length ? null : { total: together(read.map(({ ways }) => ways[0])), stages: read, day };
    if (!value) {
      result.replaceChildren();
      delete result.dataset.flop;
    }
    explorer.show(value && { flop: value.total.flop, day });
  }

  function add(values = {}) {
    const fields = document.getElementById("calculator-stage").content.cloneNode(true).firstElementChild;
    for (const [name, text] of Object.entries(values)) fields.querySelector(`[name=${name}]`).value = text;
    fields.querySelector("[data-remove]").addEventListener("click", () => {
      fields.remove();
      number();
      calculate();
    });
    places.append(fields);
    number();
  }

  function number() {
    const all = stages();
    for (const [place, fields] of all.entries()) {
      fields.querySelector("legend").textContent = all.length > 1 ? `Stage ${place + 1}` : "Training";
      fields.querySelector("[data-remove]").hidden = all.length < 2;
    }
  }

  explorer.listen(show);
  add({ parameters: "175B", tokens: "300B" });
  form.addEventListener("input", calculate);
  document.getElementById("calculator-add").addEventListener("click", () => {
    add();
    places.lastElementChild.querySelector("input").focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    calculate();
    if (value) document.getElementById("explore-chart").scrollIntoView();
  });
  document.getElementById("calculator-fold").hidden = false;
})();
