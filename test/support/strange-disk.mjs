// @ts-check
/**
 * Preloaded into a run of the tool: disks that do not keep to what local ones do. STRANGE_DISK says in
 * which way, STRANGE_ROOT where.
 */
import fs from 'node:fs'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'

// oxlint-disable-next-line node/no-process-env -- there is no other way to tell a preloaded module
const { STRANGE_DISK: kind, STRANGE_ROOT: root = '/' } = process.env

const { statfs } = files
const handle = await files.open(fileURLToPath(import.meta.url))
const prototype = Object.getPrototypeOf(handle)
await handle.close()

/**
 * @param {string} code
 * @param {string} call
 */
function refusal(code, call) {
  return Object.assign(new Error(`${code}: ${call}`), { code, syscall: call })
}

switch (kind) {
  case 'without modes':
    fs.fchmodSync = () => {
      throw refusal('EPERM', 'fchmod')
    }
    prototype.chmod = async () => fs.fchmodSync(0, 0)
    break
  case 'without a size':
    // @ts-expect-error -- the other fields are of no interest to anybody
    files.statfs = async (path) => ({ ...(await statfs(path)), blocks: 0, bfree: 0, bavail: 0 })
    break
  case 'that cannot sync the name of a part record that is written anew':
    {
      const { open, rename } = files
      let records = 0
      files.rename = async (from, to) => {
        await rename(from, to)
        if (String(to).endsWith('.jsonl')) records += 1
      }
      files.open = async (path, ...words) => {
        // The first one is that with which the run begins.
        if (records > 1 && path === root) throw refusal('EIO', 'open')
        return open(path, ...words)
      }
    }
    break
  case 'full when it is closed':
    {
      const { openSync, closeSync, ftruncateSync, fstatSync } = fs
      /** @type {Set<number>} */
      const meant = new Set()
      fs.openSync = (...words) => {
        const descriptor = openSync(...words)
        const isMeant = String(words[0]).startsWith(root) && words[1] !== 'r'
        if (isMeant) meant.add(descriptor)
        return descriptor
      }
      fs.closeSync = (descriptor) => {
        const isWritten = meant.delete(descriptor) && fstatSync(descriptor).size > 100
        if (isWritten) ftruncateSync(descriptor, 100)
        closeSync(descriptor)
        if (isWritten) throw refusal('EDQUOT', 'close')
      }
    }
    break
  default:
    throw new Error(`there is no disk ${kind}`)
}
syncBuiltinESMExports()
