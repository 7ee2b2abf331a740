// @ts-check
/** Preloaded into a run of the tool: somebody sets the clock back by an hour in its first second. */
const real = Date.now
Date.now = () => real() - (performance.now() > 600 ? 3_600_000 : 0)
