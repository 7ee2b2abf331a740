import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createRenewingStore } from '../../src/adapters/renewing-store.ts'
import { ItemError } from '../../src/core/errors.ts'
import type { ObjectStore } from '../../src/core/ports.ts'

const OLD = { ak: 'OLDACCESSKEY00000001', sk: 'old secret', token: '' }

describe('a renewing store', () => {
  const object = { bucket: 'b', key: 'k', versionId: undefined }
  const refused = new ItemError('no', { code: 'InvalidAccessKeyId', status: 403 })
  const never = new AbortController().signal

  it('gives up where the keys change and change and are refused', async () => {
    let asked = 0
    const store = refusingStore(() => (asked += 1))
    const source = { current: async () => OLD, renew: async () => true, close: () => {} }
    await assert.rejects(createRenewingStore(store, source).head(object, never), refused)
    assert.equal(asked, 4)
  })

  it('lets nobody wait for keys who was told to stop', async () => {
    const stop = new AbortController()
    const search = new Promise<boolean>(() => {})
    const renew = () => {
      stop.abort(new Error('interrupted'))
      return search
    }
    const source = { current: async () => OLD, renew, close: () => {} }
    const store = createRenewingStore(
      refusingStore(() => {}),
      source,
    )
    await assert.rejects(store.head(object, stop.signal), /interrupted/)
  })

  function refusingStore(onRequest: () => void): ObjectStore {
    const refuse = async () => {
      onRequest()
      throw refused
    }
    return { head: refuse, get: refuse }
  }
})
