import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CliResult } from '../../support/run-cli.ts'
import type { TestCredentials } from '../../support/signature-check.ts'
import { listTree } from '../../support/workspace.ts'
import type { Bench } from './bench.ts'

/** Keys without an end. */
export const NEW: TestCredentials = {
  accessKeyId: 'NEWACCESSKEY00000002',
  secretAccessKey: 'another/secret+access=key',
}
/** Temporary keys. */
export const SESSION: TestCredentials = {
  accessKeyId: 'TEMPACCESSKEY0000003',
  secretAccessKey: 'temporary/secret+key',
  sessionToken: 'session/token+of=many==characters',
}
/** Objects that one request each is enough for. */
export function smallObjects(count: number) {
  return Array.from({ length: count }, (_, at) => ({ key: `key-${at}`, body: `body of ${at}` }))
}

/** Does something while the n-th request is answered, before its answer leaves. */
export function atRequest(bench: Bench, nth: number, meanwhile: () => void): void {
  bench.server.script.add({ on: { nth }, do: { meanwhile } })
}

/** Writes a configuration with the keys of the account and more lines, at once, as a rotation would. */
export function writeKeys(
  bench: Bench,
  account: TestCredentials,
  more: readonly string[] = [],
): void {
  const lines = [
    `endpoint=${bench.server.endpoint}`,
    `ak=${account.accessKeyId}`,
    `sk=${account.secretAccessKey}`,
    `token=${account.sessionToken ?? ''}`,
    ...more,
  ]
  writeFileSync(join(bench.home, '.obsutilconfig'), lines.join('\n'))
}

/** Looks through all output and every file but the configuration for anything of the accounts. */
export async function assertSecret(
  bench: Bench,
  run: CliResult,
  ...accounts: readonly TestCredentials[]
): Promise<void> {
  const texts = new Map([['output', `${run.stdout}${run.stderr}`]])
  for (const name of await listTree(bench.root)) {
    if (name.endsWith('/') || name.endsWith('.obsutilconfig')) continue
    texts.set(name, await readFile(join(bench.root, name), 'latin1'))
  }
  const secrets = accounts.flatMap((account) => Object.values(account))
  for (const [name, text] of texts) {
    for (const secret of secrets) {
      for (const form of [secret, encodeURIComponent(secret)]) {
        assert.ok(!text.includes(form), `${name} holds ${form}:\n${text}`)
      }
    }
  }
}
