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

  // A link to something inside a closed part opens it.
  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) {
      if (part instanceof HTMLDetailsElement) part.open = true;
    }
    if (target) target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();

  // The contents start closed where they would push the findings off the screen.
  const contents = document.querySelector(".contents details");
  if (matchMedia("(max-width: 70rem)").matches) contents.open = false;

  // Marks the part of the page that is being read: the last heading above the upper quarter.
  const links = [...contents.querySelectorAll("a")];
  const headings = links.map((link) => document.getElementById(link.hash.slice(1)));
  let waiting = false;
  function mark() {
    waiting = false;
    const above = (heading) => heading.getBoundingClientRect().top < innerHeight / 4;
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
  mark();

  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent;
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    });
  }
})();
