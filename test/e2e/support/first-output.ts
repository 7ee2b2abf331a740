import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'

/** What a child says first; rejects where it ends without a word. Call it as soon as there is a child. */
export function firstOutput(child: ChildProcess & { readonly stdout: Readable }): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8')
    child.stdout.once('data', resolve)
    child.once('error', reject)
    child.once('close', () => reject(new Error(`${child.spawnargs.join(' ')} said nothing`)))
  })
}
