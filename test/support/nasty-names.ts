import fc from 'fast-check'

/** Pieces of which names and messages are made that are hard to write on one line and read back. */
const PIECES = [
  'a',
  'b.txt',
  '/',
  '/',
  '..',
  ' ',
  ',',
  ', ',
  ' --> ',
  ' --> /',
  ' --> obs://b/',
  '[',
  ']',
  '[]',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u0085',
  '\u2028',
  '\uFEFF',
  '\uFFFD',
  '\uD800',
  '\uDC00',
  '😀',
  'é',
  '"',
  '\\',
  'obs://',
  '?versionId=',
  '?versionId=v1',
  'n/a',
  ', n/a',
  '], n/a',
  ', cost [1]',
  ', status [200]',
  ', error code [x]',
  ', error message [',
  ', cost [1], status [2], error code [x], error message [',
  ', n/a, n/a, n/a, error message [',
  '], request id [R]',
  ', item [eyJ9]',
  '2026-01-01T00:00:00Z 1B, obs://b/k --> /inj, cost [1], status [1], error code [], error message [], request id []',
  '2026-01-01T00:00:00Z Failed count is: 1/1',
] as const

/** Any text at all, mostly of the nasty pieces. */
export function nastyText(): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .array(fc.constantFrom(...PIECES), { maxLength: 8 })
        .map((parts) => parts.join('')),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  )
}

/** The same, but never empty. */
export function nastyName(): fc.Arbitrary<string> {
  return nastyText().filter((text) => text !== '')
}

/** An item whose destination mostly ends with its key, as most do; posix. */
export function nastyItem() {
  return fc
    .record({
      bucket: nastyName().map((text) => text.replaceAll('/', '-')),
      key: nastyName(),
      versionId: fc.option(nastyName(), { nil: undefined }),
      folder: fc.oneof(
        fc.constantFrom('/d/', '/', '/d/ --> /'),
        nastyText().map((text) => `/${text}`),
      ),
      path: fc.option(nastyText(), { nil: undefined }),
    })
    .map(({ bucket, key, versionId, folder, path }) => ({
      bucket,
      key,
      versionId,
      destination: `${folder}${path ?? key}`,
      listedSize: undefined,
    }))
}
