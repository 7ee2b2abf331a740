import { execFile } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startNode, type CliResult } from '../../support/run-cli.ts'
import type { Workspace } from '../../support/workspace.ts'

/**
 * Runs the tool as a user for whom permissions hold: root reads and deletes whatever it likes. What is
 * in the workspace so far is given to that user. Undefined where he cannot run the tool at all, for
 * its files are out of his reach; then the test is skipped.
 */
export async function runAsNobody(
  t: TestContext,
  space: Workspace,
  words: readonly string[],
): Promise<CliResult | undefined> {
  const isRoot = process.getuid?.() === 0
  if (isRoot) await promisify(execFile)('chown', ['-R', `${NOBODY}:${NOBODY}`, space.root])
  const run = (anyWords: readonly string[]) =>
    startNode([...(isRoot ? [DROP_RIGHTS] : []), BIN, ...anyWords], { home: space.home, stdin: '' })
      .done
  if ((await run(['version'])).code === 0) return run(words)
  t.skip('another user cannot read the tool where it lies')
  return undefined
}

const NOBODY = 65_534
const BIN = fileURLToPath(new URL('../../../bin/obsutil.js', import.meta.url))
const DEED = `process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY})`
const DROP_RIGHTS = `--import=data:text/javascript,${encodeURIComponent(DEED)}`
