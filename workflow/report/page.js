// The page without this script is complete; the script adds conveniences.
"use strict";
(() => {
  // The picture in the page is the SVG file: no second copy is needed to save it.
  for (const link of document.querySelectorAll("a[data-svg]")) {
    const picture = link.closest("figure").querySelector("picture");
    link.href =
      link.dataset.svg === "column"
        ? picture.querySelector("source").srcset
        : picture.querySelector("img").src;
    link.hidden = false;
  }

  // Tables are saved from the page's archive, wherever the page lies.
  const archive = document.getElementById("archive");
  let unpacked;
  function unpack() {
    const bytes = Uint8Array.from(atob(archive.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).json();
  }
  for (const link of document.querySelectorAll("a[data-file]")) {
    link.addEventListener("click", async (event) => {
      if (link.protocol === "blob:") return;
      event.preventDefault();
      const texts = await (unpacked ??= unpack());
      link.href = URL.createObjectURL(new Blob([texts[link.dataset.file]]));
      link.click();
    });
  }

  // One part of the page is shown at a time: that of the address, else the first.
  const parts = [...document.querySelectorAll(".part")];
  const tabs = [...document.querySelectorAll(".parts a")];
  function show(part) {
    for (const [index, one] of parts.entries()) {
      if (one === part) one.removeAttribute("hidden");
      else one.setAttribute("hidden", "until-found");
      if (one === part) tabs[index].setAttribute("aria-current", "true");
      else tabs[index].removeAttribute("aria-current");
    }
    // What measures itself can do so now.
    dispatchEvent(new Event("resize"));
  }
  const decoded = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const partOf = (element) => element?.closest(".part");
  // A search of the browser found something in it.
  for (const part of parts) part.addEventListener("beforematch", () => show(part));

  // A link to something shows its part, and opens what it is folded into.
  function reveal() {
    // Behind a question mark stands what a tool of the page keeps there.
    const place = location.hash.slice(1).split("?")[0];
    const target = place ? document.getElementById(place) ?? document.getElementById(decoded(place)) : null;
    show(partOf(target) ?? (place ? shown() : parts[0]));
    for (let fold = target; fold; fold = fold.parentElement) {
      if (fold instanceof HTMLDetailsElement) fold.open = true;
    }
    const folded = target?.querySelector(":scope > details:only-of-type");
    if (folded && target.matches("figure")) folded.open = true;
    if (parts.includes(target)) scrollTo(0, 0);
    else if (target) target.scrollIntoView();
    mark();
  }
  const shown = () => parts.find((part) => !part.hasAttribute("hidden")) ?? parts[0];

  // The contents start closed where they would push what they list off the screen.
  if (matchMedia("(max-width: 70rem)").matches)
    for (const contents of document.querySelectorAll(".contents details")) contents.open = false;

  // Marks the section that is being read: the last heading above the upper quarter.
  const links = [...document.querySelectorAll(".contents a")];
  const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
  let waiting = false;
  function mark() {
    waiting = false;
    const part = shown();
    const above = (heading) =>
      partOf(heading) === part && heading.getBoundingClientRect().top < innerHeight / 4;
    const current = headings.findLastIndex(above);
    for (const [index, link] of links.entries()) {
      if (index === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  }
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(mark);
    waiting = true;
  });
  addEventListener("hashchange", reveal);
  reveal();

  // Whoever searches the systems wants to see them.
  document.addEventListener("input", (event) => {
    if (event.target.closest("[aria-labelledby=systems]"))
      document.querySelector("#systems-table > details").open = true;
  });

  // Printed is the part that is shown, or with this button all of them.
  const all = document.querySelector(".print-all");
  all.hidden = false;
  all.addEventListener("click", () => {
    document.documentElement.classList.add("all-parts");
    print();
  });
  addEventListener("afterprint", () => document.documentElement.classList.remove("all-parts"));

  // On a narrow screen the rows of a wide table are read one below the other, each cell with the
  // head of its column.
  function label(table) {
    const heads = table.tHead ? [...table.tHead.rows] : [];
    if (heads.length !== 1 || heads[0].cells.length < 4 || table.querySelector("[rowspan]")) return;
    const names = [...heads[0].cells].map((head) => head.textContent.trim());
    for (const row of table.querySelectorAll("tbody tr")) {
      let column = 0;
      for (const cell of row.cells) {
        if (cell.colSpan === 1 && cell.tagName === "TD") cell.dataset.label = names[column] ?? "";
        column += cell.colSpan;
      }
    }
    table.classList.add("stacked");
  }
  const tables = (place) => {
    for (const table of place.querySelectorAll(".scroll > table:not(.systems, .stacked, #explore-lines)"))
      if (table.checkVisibility?.() ?? true) label(table);
  };
  if (matchMedia("(max-width: 40rem)").matches) {
    document.addEventListener("toggle", (event) => tables(event.target), true);
    tables(document);
  }

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    });
  }
})();
