/**
 * What WebAssembly makes here; undefined where there is none of it (`node --jitless`), where it gets no memory, as
 * below a limit of 12 GB on addresses (`ulimit -v`), or where the processor lacks its instructions. Throws what
 * else goes wrong.
 */
export function ifWebAssemblyCan<Made>(make: () => Made): Made | undefined {
  if (typeof WebAssembly === 'undefined') return undefined
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    if (error instanceof Error && error.name === 'CompileError') return undefined
    throw error
  }
}
