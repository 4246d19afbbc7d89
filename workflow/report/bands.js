// Intervals of lines that a reader moved, and bands around all lines: both from the same resamples
// of trendLines. Bands of lines that nothing has moved are made once the chart is on the screen.
"use strict";
const lineBands = (() => {
  // Days at which a band is computed, from its first to its last system
  const STEPS = 24;
  let turn = 0;

  // Completes the rows of lines; gives way to a later call, and then says false.
  //
  // `pool` has `arrays` and `day`; `now` the rows, lines and filter; `usual` names what the run has.
  async function complete(pool, now, { rules, trends, usual, inView }) {
    const mine = ++turn;
    const stale = () => mine !== turn;
    pool.bands ??= new Map();
    const key = (place) => (now.rows[place].from === "run" ? `${usual} ${place}` : null);
    for (const place of now.rows.keys()) now.rows[place].band ??= pool.bands.get(key(place)) ?? null;
    const open = now.rows.flatMap((row, place) => (row.from === "waits" || (row.from === "run" && !row.note && !row.band) ? [place] : []));
    if (!open.length) return !stale();
    if (!open.some((place) => now.rows[place].from === "waits")) await inView;
    await new Promise((done) => setTimeout(done, 250));
    if (stale()) return false;
    const draws = await trendLines.resample(pool.arrays, open.map((place) => now.lines[place]), now.filter, stale);
    if (!draws) return false;
    for (const [at, place] of open.entries()) {
      const row = now.rows[place];
      const days = row.fit.of.map((i) => pool.day[i]);
      const withheld = row.from === "waits" && rules.withheld.includes(trends[place]) ? { note: "withheld" } : null;
      const ends = withheld ?? trendLines.interval(days, draws[at].slopes, rules);
      row.band = ends.note ? null : trendLines.band(row.fit, draws[at], ends, STEPS);
      if (row.from === "run") pool.bands.set(key(place), row.band);
      else [row.from, row.ends90] = ["page", ends];
    }
    return true;
  }

  // Promise of the first time that an element is on the screen
  const seen = (element) =>
    new Promise((done) => {
      const watch = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        watch.disconnect();
        done();
      });
      watch.observe(element);
    });

  return { complete, seen };
})();
