// Numbers as people write and read them; the first half reads what tables/cells/numbers.py reads.
"use strict";
const numbers = (() => {
  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const WORDS = { thousand: 3, million: 6, billion: 9, trillion: 12, quadrillion: 15 };
  const LETTERS = { K: 3, M: 6, B: 9, T: 12 };
  const PLAIN = /^([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?$/;
  const ALONE = /^([+-]?)10(?:\^|\*\*)([+-]?[0-9]+)$/;
  const TIMES = /\s*[×x*·]\s*10(?:\^|\*\*)([+-]?[0-9]+)$/;
  const PARTS =
    /^([+-]?)([0-9](?:[0-9.,' ]*[0-9.,])?|[.,][0-9]+)(?:[eE]([+-]?[0-9]+)| +(thousand|million|billion|trillion|quadrillion)| ?([KMBT]))?$/;
  // Groups of three: the same sign between all of them, and another before the decimals.
  const GROUPS = [
    [/^[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?:\.[0-9]+)?$/, "."],
    [/^[1-9][0-9]{0,2},[0-9]{3}\.[0-9]+$/, "."],
    [/^[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}(?:,[0-9]+)?$/, ","],
    [/^[1-9][0-9]{0,2}\.[0-9]{3},[0-9]+$/, ","],
    [/^[1-9][0-9]{0,2}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]+)?$/, "."],
    [/^[1-9][0-9]{0,2}(?:([ '])[0-9]{3})(?:\1[0-9]{3})*,[0-9]+$/, ","],
  ];

  function partsOf(cell) {
    const plain = PLAIN.exec(cell);
    if (plain) return [plain[1], plain[2], plain[3] ?? "0"];
    const flat = cell
      .replace(/10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/, (_, power) =>
        `10^${[...power].map((sign) => (sign === "⁻" ? "-" : sign === "⁺" ? "+" : RAISED.indexOf(sign))).join("")}`,
      )
      .replaceAll("−", "-")
      .replaceAll("’", "'")
      .replace(ALONE, "$11e$2")
      .replace(TIMES, "e$1");
    const found = PARTS.exec(flat);
    if (!found) return null;
    const [, sign, digits, exponent, word, letter] = found;
    return [sign, digits, exponent ?? String(WORDS[word] ?? LETTERS[letter] ?? 0)];
  }

  function plainDigits(digits) {
    if (/^(?:[0-9]+\.?|[0-9]*[.,][0-9]+)$/.test(digits)) return digits.replace(",", ".");
    const form = GROUPS.find(([pattern]) => pattern.test(digits));
    return form ? digits.replace(form[1] === "." ? /[^0-9.]/g : /[^0-9,]/g, "").replace(",", ".") : null;
  }

  // Number of a text such as 175B, 1.8 trillion or 3e23; NaN where it is none.
  function read(text) {
    const cell = text.trim();
    const parts = cell.length <= 100 ? partsOf(cell) : null;
    // A single comma before three digits may be either mark.
    if (!parts || /^[1-9][0-9]{0,2},[0-9]{3}$/.test(parts[1])) return NaN;
    const digits = plainDigits(parts[1]);
    const value = digits === null ? NaN : Number(`${parts[0]}${digits}e${parts[2]}`);
    return Number.isFinite(value) ? value : NaN;
  }

  const superscript = (n) => [...String(n)].map((sign) => RAISED[sign] ?? "⁻").join("");
  // A number as digits times a power of ten, such as 3.15 × 10²³
  function power(value, digits = 2) {
    const [mantissa, exponent] = value.toExponential(digits).split("e");
    return `${mantissa} × 10${superscript(Number(exponent))}`;
  }
  // With so many decimals, or fewer where they would make more than three digits
  const fixed = (value, digits = 1) => {
    if (!Number.isFinite(value)) return "∞";
    const count = (places) => Math.abs(value).toFixed(places).replace(".", "").replace(/^0+/, "").length;
    let places = digits;
    while (places > 0 && count(places) > 3) places -= 1;
    const far = digits > 0 && Math.abs(value) >= 1000;
    return (far ? Number(value.toPrecision(3)) : value).toFixed(places);
  };
  // A factor with two digits; a power of ten where it is far from one
  const factor = (value) => (value >= 0.01 && value < 99.5 ? String(Number(value.toPrecision(2))) : power(value, 1));
  // Ends of an interval in words, as render/wording.py has them
  function span(low, high, digits = 1) {
    if (low === null || low === undefined || Number.isNaN(low)) return "no interval";
    return Number.isFinite(high) ? `${fixed(low, digits)} to ${fixed(high, digits)}` : `more than ${fixed(low, digits)}`;
  }

  const isoDay = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
  const dayOf = (text) => Date.parse(text) / 864e5;

  return { read, power, fixed, factor, span, isoDay, dayOf };
})();
