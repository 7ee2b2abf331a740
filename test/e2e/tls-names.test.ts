/** A certificate that is trusted, but belongs to somebody else. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { makeTempFolder } from '../support/temp-folder.ts'
import { makeCertificate } from '../unit/support/certificate.ts'
import { makeBench } from './support/bench.ts'

for (const name of ['IP:127.0.0.2', 'DNS:other.example']) {
  test(`a trusted certificate for ${name} does not stand for another server`, async (t) => {
    const tls = makeCertificate(name)
    if (tls === undefined) return t.skip('there is no openssl')
    const authorities = join(await makeTempFolder(t), 'cert.pem')
    await writeFile(authorities, tls.cert)
    const bench = await makeBench(t, { tls })
    const taskId = await bench.listObjects({ key: 'small', body: 'content' })

    const env = { NODE_EXTRA_CA_CERTS: authorities }
    const run = await bench.run(bench.words(taskId), { env })

    await bench.assertExit(run, 8)
    assert.deepEqual(bench.asked(), [])
    const { failed } = await bench.readReports()
    assert.match(failed.join('\n'), /error code \[ERR_TLS_CERT_ALTNAME_INVALID\]/)
    const log = await readFile(join(bench.home, '.obsutil_log', 'obsutil.log'), 'utf8')
    assert.doesNotMatch(log, /try 2 of/)
  })
}
