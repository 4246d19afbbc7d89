// Tables that the page makes itself, saved as CSV.
"use strict";
const files = (() => {
  // What a spreadsheet program would run stands behind an apostrophe, as common/numbers.py has it.
  const RISK = /^'*[ "]*[\t\r\n=+\-@＝＋－＠﹦﹢﹣﹫]/;

  function cell(value) {
    if (typeof value === "number") {
      if (Number.isNaN(value)) return "";
      return Number.isFinite(value) ? String(value) : "inf";
    }
    const safe = RISK.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  const csv = (heads, rows) =>
    [heads, ...rows].map((row) => row.map((value) => cell(value ?? "")).join(",")).join("\r\n") + "\r\n";

  function save(name, content) {
    const anchor = document.createElement("a");
    anchor.href = URL.createObjectURL(new Blob([content], { type: "text/csv" }));
    anchor.download = name;
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 10000);
  }

  return { csv, save };
})();
