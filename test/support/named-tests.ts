import { readFile } from 'node:fs/promises'

const ROOT = new URL('../../', import.meta.url)

/** A test that a page names. */
export interface NamedTest {
  readonly path: string
  readonly name: string
}

/** `path`: “name of a test”, the name whole or a part of it that its source spells out. */
export function testsNamedIn(text: string): readonly NamedTest[] {
  const found = text.matchAll(/`(?<path>test\/[\w./-]+)`: “(?<name>[^”]+)”/g)
  return [...found].map(({ groups }) => ({
    path: groups?.['path'] ?? '',
    name: groups?.['name'] ?? '',
  }))
}

/** Whether the name stands in its file; in quotes or backticks some characters are escaped there. */
export async function isThere({ path, name }: NamedTest): Promise<boolean> {
  const source = await readFile(new URL(path, ROOT), 'utf8')
  return source.replaceAll(/\\(['"`])/g, '$1').includes(name)
}
