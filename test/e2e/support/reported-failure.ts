import assert from 'node:assert/strict'
import type { Workspace } from '../../support/workspace.ts'

/** A line of a failure list, field by field; fields that are `n/a` are undefined. */
export interface ReportedFailure {
  readonly key: string
  readonly size: string
  readonly status: number | undefined
  readonly code: string | undefined
  readonly message: string
  readonly requestId: string | undefined
}

/** The failures in the lists of a folder, of one task or of all, by their keys. */
export async function readFailures(
  space: Workspace,
  taskId?: string,
): Promise<ReadonlyMap<string, ReportedFailure>> {
  const { failed } = await space.readReports(taskId)
  const failures = failed.map(parseFailure)
  const byKey = new Map(failures.map((failure) => [failure.key, failure]))
  assert.equal(byKey.size, failed.length, `an item is listed twice:\n${failed.join('\n')}`)
  return byKey
}

/** The failure of one object; throws where none is listed. */
export async function failureOf(space: Workspace, key: string): Promise<ReportedFailure> {
  const failure = (await readFailures(space)).get(key)
  assert.ok(failure, `no failure of ${key} is listed`)
  return failure
}

/** The keys in the succeed lists of a folder, sorted. */
export async function succeededKeys(space: Workspace, taskId?: string): Promise<readonly string[]> {
  const { succeed } = await space.readReports(taskId)
  return succeed.map((line) => /obs:\/\/[^/]+\/(.+) --> \//.exec(line)?.[1] ?? line).toSorted()
}

const FIELDS = [
  String.raw`^\S+Z (?<size>\S+), obs:\/\/[^/]+\/(?<key>\S+) --> \S+`,
  String.raw`(?:cost \[\d+\]|n\/a)`,
  String.raw`(?:status \[(?<status>\d+)\]|n\/a)`,
  String.raw`(?:error code \[(?<code>[^\]]*)\]|n\/a)`,
  String.raw`error message \[(?<message>.*)\]`,
  String.raw`(?:request id \[(?<requestId>[^\]]*)\]|n\/a)$`,
]
const LINE = new RegExp(FIELDS.join(', '))

function parseFailure(line: string): ReportedFailure {
  const groups = LINE.exec(line)?.groups
  assert.ok(groups, `not the line of a failed item: ${line}`)
  const { key = '', size = '', status, code, message = '', requestId } = groups
  return {
    key,
    size,
    status: status === undefined ? undefined : Number(status),
    code,
    message,
    requestId,
  }
}
