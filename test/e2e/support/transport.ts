import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { makeTempFolder } from '../../support/temp-folder.ts'
import { makeCertificate, type Certificate } from '../../unit/support/certificate.ts'
import { startProxy } from './proxy.ts'

/** The ways in which requests reach a store; through a proxy it is the SDK that makes them. */
export type TransportKind = 'http' | 'https' | 'https through a proxy'

/** What a store and a run need for one way. */
export interface Transport {
  readonly tls?: Certificate
  readonly config: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

/** Opens a way, for as long as the test lasts; undefined where there is no openssl for it. */
export async function openTransport(
  t: TestContext,
  kind: TransportKind,
): Promise<Transport | undefined> {
  if (kind === 'http') return { config: {}, env: {} }
  const tls = makeCertificate('IP:127.0.0.1')
  if (tls === undefined) return undefined
  const certFile = join(await makeTempFolder(t), 'cert.pem')
  await writeFile(certFile, tls.cert)
  const env = { NODE_EXTRA_CA_CERTS: certFile }
  if (kind === 'https') return { tls, config: {}, env }
  const proxy = await startProxy(t)
  return { tls, config: { proxyUrl: `http://${proxy.address}` }, env }
}
