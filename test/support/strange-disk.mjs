// @ts-check
/**
 * Preloaded into a run of the tool: disks that do not keep to what local ones do. STRANGE_DISK says in
 * which way, STRANGE_ROOT where.
 */
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'

// oxlint-disable-next-line node/no-process-env -- there is no other way to tell a preloaded module
const { STRANGE_DISK: kind, STRANGE_ROOT: root = '/' } = process.env

const { open, statfs } = files
const handle = await open(fileURLToPath(import.meta.url))
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
    prototype.chmod = async () => {
      throw refusal('EPERM', 'fchmod')
    }
    break
  case 'without a size':
    // @ts-expect-error -- the other fields are of no interest to anybody
    files.statfs = async (path) => ({ ...(await statfs(path)), blocks: 0, bfree: 0, bavail: 0 })
    break
  case 'full when it is closed':
    files.open = async (...words) => {
      const opened = await open(...words)
      const isMeant =
        String(words[0]).startsWith(root) && words[1] !== 'r' && words[1] !== undefined
      if (!isMeant) return opened
      const close = opened.close.bind(opened)
      opened.close = async () => {
        const { size } = await opened.stat()
        const isWritten = size > 100
        if (isWritten) await opened.truncate(100)
        await close()
        if (isWritten) throw refusal('EDQUOT', 'close')
      }
      return opened
    }
    break
  default:
    throw new Error(`there is no disk ${kind}`)
}
syncBuiltinESMExports()
