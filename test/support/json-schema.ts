import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** One line of a run with `-json`. */
export type JsonEvent = Readonly<Record<string, unknown>>

/** The events of an output of which every line is a JSON object; throws where one is not. */
export function parseEvents(stdout: string): readonly JsonEvent[] {
  assert.match(stdout, /^$|\n$/)
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => parseEvent(line))
}

/** Throws an AssertionError unless each event is just what docs/json.md says of its kind. */
export async function assertDocumented(events: readonly JsonEvent[]): Promise<void> {
  const kinds = await readDocumentedKinds()
  for (const event of events) {
    const fields = kinds.get(String(event['event']))
    assert.ok(fields, `docs/json.md does not know ${JSON.stringify(event)}`)
    assert.deepEqual(Object.keys(event).toSorted(), [...fields.keys()].toSorted())
    for (const [name, value] of Object.entries(event)) {
      const types = fields.get(name)?.split(' or ') ?? []
      const fits = types.some((type) => isOfType(value, type))
      assert.ok(fits, `${String(event['event'])}.${name} is ${JSON.stringify(value)}`)
    }
  }
}

/** Kinds of events, each with its fields and their types as the page has them. */
export async function readDocumentedKinds(): Promise<
  ReadonlyMap<string, ReadonlyMap<string, string>>
> {
  const page = await readFile(fileURLToPath(new URL('../../docs/json.md', import.meta.url)), 'utf8')
  const [head = '', ...sections] = page.split(/^## `/m)
  const common = fieldsOf(head)
  return new Map(
    sections.map((section) => {
      const [kind = ''] = section.split('`')
      return [kind, new Map([...common, ...fieldsOf(section)])]
    }),
  )
}

function fieldsOf(text: string): readonly (readonly [string, string])[] {
  const rows = text.matchAll(/^\| `(\w+)` +\| ([a-z ]+?) +\|/gm)
  return [...rows].map(([, name = '', type = '']) => [name, type] as const)
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type && value !== null && !Array.isArray(value)
}

function parseEvent(line: string): JsonEvent {
  const value: unknown = JSON.parse(line)
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), line)
  return Object.fromEntries(Object.entries(value))
}
