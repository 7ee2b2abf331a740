import type { TestContext } from 'node:test'
import type { Fault, Rule } from '../../support/fault-scripts.ts'
import { startFaultServer, type FaultServer } from '../../support/fault-server.ts'
import { exchange, type Seen } from './plain-client.ts'

/** The body of the one object, which is called `k` in bucket `b` and has the ETag `"v1"`. */
export const BODY = '0123456789'

/** Starts a server with one object and the rules; it closes after the test. */
export async function startWithRules(
  t: TestContext,
  ...rules: readonly Rule[]
): Promise<FaultServer> {
  const objects = [{ bucket: 'b', key: 'k', body: BODY, etag: '"v1"' }]
  const server = await startFaultServer({ objects, credentials: 'anyone' })
  t.after(() => server.close())
  server.script.add(...rules)
  return server
}

/** What a GET of the whole object looks like under the fault. */
export async function getUnder(t: TestContext, fault: Fault): Promise<Seen> {
  const server = await startWithRules(t, { on: {}, do: fault })
  return exchange(`${server.endpoint}/b/k`)
}
