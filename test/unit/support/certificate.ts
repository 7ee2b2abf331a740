import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A self-signed certificate and its key, in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/**
 * Has openssl make a certificate for the name, such as `IP:127.0.0.1` or `DNS:other.example`.
 * Undefined where there is no openssl.
 */
export function makeCertificate(subjectName: string): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'obsutil-test-'))
  try {
    const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
    const words =
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test'
    const files = ['-keyout', keyFile, '-out', certFile]
    const name = ['-addext', `subjectAltName=${subjectName}`]
    if (spawnSync('openssl', [...words.split(' '), ...name, ...files]).status !== 0)
      return undefined
    return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** From now on this process takes any certificate, as if somebody had vouched for it. */
export function trustEverybody(): void {
  // oxlint-disable-next-line node/no-process-env -- Node reads other authorities only when it starts
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
}
