// Lines through systems that are selected by date, scale or rank, and their intervals: what
// fit/procedure.py and fit/intervals.py do, on the arrays of one pool in order of the dates.
"use strict";
const trendLines = (() => {
  // Numbers are compared as rounded to nine digits.
  const HALF_DIGIT = 5e-9;
  const LEAST_VARIANCE = 1e-12;
  const LEAST_SPREAD = 0.5;
  const MOST_WITHOUT_LINE = 0.05;
  const DRAWS = 4000;
  const DRAWS_AT_ONCE = 100;
  const SEED = 20220205;

  // Arrays of a pool; the window of each system holds the places from `low` to below `high`.
  function poolOf(day, flop, windowDays) {
    const log = Float64Array.from(flop, Math.log10);
    const mean = log.reduce((sum, value) => sum + value, 0) / log.length;
    const [low, high] = [new Int32Array(day.length), new Int32Array(day.length)];
    for (let place = 0, first = 0, end = 0; place < day.length; place++) {
      while (day[first] < day[place] - windowDays) first++;
      while (end < day.length && day[end] <= day[place] + windowDays) end++;
      [low[place], high[place]] = [first, end];
    }
    return { n: day.length, day, log, centred: log.map((value) => value - mean), low, high };
  }

  // Standard score of each system among the counted ones of about its date; NaN where there is none.
  function scores(pool, counts) {
    const { n, centred, low, high } = pool;
    const [total, sum, square] = [0, 1, 2].map(() => new Float64Array(n + 1));
    for (let i = 0; i < n; i++) {
      total[i + 1] = total[i] + counts[i];
      sum[i + 1] = sum[i] + counts[i] * centred[i];
      square[i + 1] = square[i] + counts[i] * centred[i] ** 2;
    }
    return centred.map((value, i) => {
      const count = Math.max(total[high[i]] - total[low[i]], 1);
      const mean = (sum[high[i]] - sum[low[i]]) / count;
      const variance = (square[high[i]] - square[low[i]]) / count - mean ** 2;
      return variance > LEAST_VARIANCE ? (value - mean) / Math.sqrt(variance) : NaN;
    });
  }

  // Whether fewer than `top` counted rivals dated no later have more compute.
  function amongTop(pool, counts, rivals, top) {
    const among = new Uint8Array(pool.n);
    const largest = new Float64Array(top).fill(-Infinity);
    for (let first = 0, end = 0; first < pool.n; first = end) {
      while (end < pool.n && pool.day[end] === pool.day[first]) end++;
      for (let i = first; i < end; i++) {
        const copies = rivals[i] ? Math.min(counts[i], top) : 0;
        for (let copy = 0; copy < copies && pool.log[i] > largest[top - 1]; copy++) {
          let place = top - 1;
          for (; place > 0 && largest[place - 1] < pool.log[i]; place--) largest[place] = largest[place - 1];
          largest[place] = pool.log[i];
        }
      }
      for (let i = first; i < end; i++) among[i] = rivals[i] && pool.log[i] >= largest[top - 1] ? 1 : 0;
    }
    return among;
  }

  // Whether a system is of a line; `z` are its scores and `top` its ranks in one resample.
  function isOf(line, pool, i, z, top) {
    const day = pool.day[i];
    if (!(day > line.after && day <= line.through)) return false;
    if (!line.keepsLow && z[i] < line.lowZ - HALF_DIGIT) return false;
    if (line.top !== null && !top[i]) return false;
    if (line.scale === "all") return true;
    const large = day > line.markedAfter && z[i] > line.highZ + HALF_DIGIT;
    return line.scale === "large" ? large : !large && !Number.isNaN(z[i]);
  }

  // Sums of the systems of a line with their weights, and the least-squares line; null without one.
  function lineThrough(line, pool, counts, filter, z, top) {
    let [n, total, sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0, 0, 0];
    let [first, last] = [Infinity, -Infinity];
    // Dates from about the middle, so that the sums lose no digits
    const origin = 15000;
    for (let i = 0; i < pool.n; i++) {
      const weight = counts[i];
      if (!weight || !filter[i] || !isOf(line, pool, i, z, top)) continue;
      const [x, y] = [pool.day[i] - origin, pool.centred[i]];
      n++;
      total += weight;
      sx += weight * x;
      sy += weight * y;
      sxx += weight * x * x;
      sxy += weight * x * y;
      syy += weight * y * y;
      first = Math.min(first, pool.day[i]);
      last = Math.max(last, pool.day[i]);
    }
    const spread = sxx - sx ** 2 / total;
    if (n < 3 || !(spread > LEAST_SPREAD)) return { n, slope: NaN };
    const slope = (sxy - (sx * sy) / total) / spread;
    const level = sy / total + pool.log[0] - pool.centred[0] - slope * (sx / total + origin);
    const r2 = (slope * (sxy - (sx * sy) / total)) / (syy - sy ** 2 / total);
    return { n, slope, level, r2, first, last };
  }

  const ones = (n) => new Uint8Array(n).fill(1);

  // Each line through the systems that a filter leaves, with the systems of each in `of`.
  function fit(pool, lines, filter) {
    const z = scores(pool, ones(pool.n));
    const fits = lines.map((line) => {
      const top = line.top === null ? null : amongTop(pool, ones(pool.n), filter, line.top);
      const of = [...filter.keys()].filter((i) => filter[i] && isOf(line, pool, i, z, top));
      return { ...lineThrough(line, pool, ones(pool.n), filter, z, top), of };
    });
    return { z, fits };
  }

  // Poisson counts of mean 1 by inversion of 16 random bits, the same for every use of a pool.
  const poisson = new Uint8Array(65536);
  for (let k = 0, at = 0, share = Math.exp(-1), sum = 0; at < 65536; k++) {
    sum += share;
    for (const end = k < 9 ? Math.round(sum * 65536) : 65536; at < end; at++) poisson[at] = k;
    share /= k + 1;
  }
  // Random bits (sfc32, by Chris Doty-Humphrey)
  function randomBits(seed) {
    let [a, b, c, count] = [seed, 0x9e3779b9, 0x243f6a88, 1];
    const next = () => {
      const bits = (((a + b) | 0) + count++) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = ((c << 21) | (c >>> 11)) + bits;
      return bits >>> 0;
    };
    for (let i = 0; i < 20; i++) next();
    return next;
  }

  function resamplesOf(pool) {
    if (!pool.resamples) {
      const next = randomBits(SEED);
      pool.resamples = new Uint8Array(DRAWS * pool.n);
      for (let at = 0; at < pool.resamples.length; at += 2) {
        const bits = next();
        pool.resamples[at] = poisson[bits & 65535];
        pool.resamples[at + 1] = poisson[bits >>> 16];
      }
    }
    return pool.resamples;
  }

  // Slope and level of each line in each resample, whose systems are scored, ranked and selected anew. Gives
  // way to what else the page does; null where `stale` says that nobody waits for it any more.
  async function resample(pool, lines, filter, stale) {
    const counts = resamplesOf(pool);
    const draws = lines.map(() => ({ slopes: new Float64Array(DRAWS), levels: new Float64Array(DRAWS) }));
    for (let draw = 0; draw < DRAWS; draw++) {
      if (draw % DRAWS_AT_ONCE === 0) await new Promise((done) => setTimeout(done));
      if (stale()) return null;
      const drawn = counts.subarray(draw * pool.n, (draw + 1) * pool.n);
      const z = lines.some((line) => line.scale !== "all" || !line.keepsLow) ? scores(pool, drawn) : null;
      for (const [place, line] of lines.entries()) {
        const top = line.top === null ? null : amongTop(pool, drawn, filter, line.top);
        const { slope, level } = lineThrough(line, pool, drawn, filter, z, top);
        [draws[place].slopes[draw], draws[place].levels[draw]] = [slope, level ?? NaN];
      }
    }
    return draws;
  }

  // Degrees of freedom of the variance of a slope (Bell and McCaffrey 2002), as fit/intervals.py.
  function degreesOfFreedom(days) {
    const n = days.length;
    const mean = days.reduce((sum, day) => sum + day, 0) / n;
    const squares = days.map((day) => (day - mean) ** 2);
    const sxx = squares.reduce((sum, square) => sum + square, 0);
    let [trace, sum, mixed, fourth, own] = [0, 0, 0, 0, 0];
    for (const [i, square] of squares.entries()) {
      const leverage = 1 / n + square / sxx;
      if (leverage > 1 - 1e-9) return NaN;
      const w2 = square / (sxx ** 2 * (1 - leverage));
      trace += w2 * (1 - leverage);
      sum += w2;
      mixed += w2 * (days[i] - mean);
      fourth += w2 * square;
      own += w2 ** 2 * (1 - 2 * leverage);
    }
    return trace ** 2 / (own + sum ** 2 / n ** 2 + (2 * mixed ** 2) / (n * sxx) + (fourth / sxx) ** 2);
  }

  // Share of the normal distribution below a number (Abramowitz and Stegun 7.1.26)
  function normalShare(x) {
    const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
    const parts = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
    const tail = parts.reduce((sum, part) => sum * t + part, 0) * t * Math.exp((-x * x) / 2);
    return x > 0 ? 1 - tail / 2 : tail / 2;
  }

  function quantile(sorted, level) {
    const at = level * (sorted.length - 1);
    const below = Math.floor(at);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  // Interval of 90 % from the slopes of resamples, or a note why there is none.
  function interval(days, slopes, rules) {
    const n = days.length;
    if (n < rules.least_systems) return { note: `fewer than ${rules.least_systems} systems` };
    const degrees = degreesOfFreedom(days);
    if (Number.isNaN(degrees)) return { note: "one system decides the slope" };
    const there = slopes.filter((slope) => !Number.isNaN(slope)).sort();
    if (there.length < (1 - MOST_WITHOUT_LINE) * slopes.length) return { note: "too many resamples hold no line" };
    const step = Math.min(1, 1 / degrees) * (rules.reach.length - 1);
    const below = Math.min(Math.floor(step), rules.reach.length - 2);
    const [near, far] = [rules.reach[below], rules.reach[below + 1]];
    const reach = near * (far / near) ** (step - below) * Math.sqrt(n / (n - 1));
    const level = normalShare(reach);
    return { low: quantile(there, 1 - level), high: quantile(there, level), level };
  }

  // Where a line may lie on days from its first to its last system, in log10 FLOP: quantiles of the
  // lines of resamples, at the levels of the interval of the slope.
  function band({ first, last }, { slopes, levels }, { level }, steps) {
    const there = [...slopes.keys()].filter((draw) => !Number.isNaN(slopes[draw]));
    return Array.from({ length: steps + 1 }, (_, step) => {
      const day = first + ((last - first) * step) / steps;
      const heights = Float64Array.from(there, (draw) => levels[draw] + slopes[draw] * day).sort();
      return { day, low: quantile(heights, 1 - level), high: quantile(heights, level) };
    });
  }

  return { DRAWS, poolOf, fit, resample, interval, band, quantile, randomBits };
})();
