/** How many times as many random inputs a fuzz test tries: some minutes' worth with `OBSUTIL_FUZZ=100`. */
// oxlint-disable-next-line node/no-process-env -- how long to fuzz is for whoever starts the tests to say
const factor = Number(process.env['OBSUTIL_FUZZ'] ?? 1)

let planned = 0
if (factor > 1) {
  process.once('exit', () => process.stdout.write(`${planned} random inputs\n`))
}

/** Runs of a property that takes part in fuzzing; so many where nobody asks for more. */
export function fuzzRuns(usual: number): { readonly numRuns: number } {
  planned += usual * factor
  return { numRuns: usual * factor }
}
