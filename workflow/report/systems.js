// The table of systems: sorted, searched and filtered, each row with its own address.
"use strict";
(() => {
  const table = document.querySelector("#systems-table table");
  if (!table) return;
  const controls = document.getElementById("systems-controls");
  const found = document.getElementById("systems-found");
  const body = table.tBodies[0];

  // A number where the cell states one, else its text.
  const value = (row, column) => {
    const cell = row.cells[column];
    const given = cell.dataset.value;
    return given === undefined ? cell.textContent.trim() : given === "" ? null : Number(given);
  };
  const compare = (a, b) =>
    typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true, sensitivity: "base" });

  // Sorts the table by the column of a header that was pressed; cells without a value stay last.
  for (const header of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const descending = header.getAttribute("aria-sort") === "ascending";
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", descending ? "descending" : "ascending");
      const keyed = [...body.rows].map((row) => [value(row, header.cellIndex), row]);
      keyed.sort(([a], [b]) => {
        if (a === null || b === null) return (a === null) - (b === null);
        return descending ? compare(b, a) : compare(a, b);
      });
      body.append(...keyed.map(([, row]) => row));
    });
  }

  // What a row shows with its folds closed: only that is searched.
  const rows = [...body.rows].map((row) => {
    const cells = [...row.cells].filter((cell) => !cell.classList.contains("why"));
    return { row, cells, text: cells.map((cell) => cell.textContent.replace(/\s+/g, " ")).join(" ").toLowerCase() };
  });
  const filters = [...controls.querySelectorAll("select")];
  for (const filter of filters) {
    const of = ({ row }) => row.cells[filter.dataset.column].textContent.split(/[;,] /)[0].trim();
    filter.append(...[...new Set(rows.map(of))].sort().map((words) => new Option(words || "none", words)));
    filter.matches = (row) => filter.selectedIndex === 0 || of(row) === filter.value;
  }

  // Marks the words that were typed where they stand in the rows that are shown.
  function highlight(words) {
    if (!window.CSS?.highlights) return;
    const ranges = [];
    for (const { row, cells } of words.length ? rows : []) {
      if (row.hidden) continue;
      for (const cell of cells) {
        const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const text = node.data.toLowerCase();
          for (const word of words) {
            for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
              const range = new Range();
              range.setStart(node, at);
              range.setEnd(node, at + word.length);
              ranges.push(range);
            }
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  // Hides the rows that lack one of the words typed, or are not of what is chosen.
  function search() {
    const words = controls.elements.find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const one of rows) {
      one.row.hidden = !(words.every((word) => one.text.includes(word)) && filters.every((filter) => filter.matches(one)));
      shown += !one.row.hidden;
    }
    highlight(words);
    const all = shown === rows.length;
    found.textContent = all ? "" : shown ? `${shown} of ${rows.length} systems` : "No system has this. Search and filters look only at what the rows show.";
    table.hidden = shown === 0;
    // What is looked for is not left in a fold.
    const fold = table.closest("details");
    if (fold && !all) fold.open = true;
  }

  controls.addEventListener("input", search);
  controls.addEventListener("reset", () => setTimeout(search));
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.hidden = false;

  // An address of a system shows its row with the arithmetic unfolded.
  function reveal() {
    const row = location.hash.startsWith("#system-") && document.getElementById(location.hash.slice(1));
    if (!row || !body.contains(row)) return;
    if (row.hidden) {
      controls.reset();
      search();
    }
    for (const fold of [table.closest("details"), row.querySelector("details")]) if (fold) fold.open = true;
    row.scrollIntoView({ block: "center", behavior: "instant" });
    // The arithmetic is in the last column, the name stays beside it.
    const box = row.closest(".scroll");
    if (box) box.scrollLeft = row.querySelector(".why").offsetLeft - row.cells[0].offsetWidth;
  }
  addEventListener("hashchange", reveal);
  reveal();
})();
