import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { columnsOf } from '../test/support/columns.ts'
import { layFailureList, makeDemoFolder, removeDemoFolder, writeConfig } from './demo/folder.ts'
import { fullAmount, largeObjects, smallObjects, totalBytes } from './demo/objects.ts'
import { startStore } from './demo/store.ts'
import { upload } from './demo/upload.ts'
import { record } from './picture/record.ts'
import { renderSvg, type Frame } from './picture/svg.ts'

// Makes docs/run.svg of a real run in a real terminal: npm run picture

const columns = 116
const rows = 40
const everyMs = 200
/** How long the end is shown, in milliseconds. */
const restMs = 6000
/** Slow enough for the eye. */
const bytesPerSecond = '40MB'

await main()

async function main(): Promise<void> {
  const objects = [...smallObjects(fullAmount), ...largeObjects(fullAmount)]
  const folder = await makeDemoFolder(3 * totalBytes(objects))
  const store = await startStore(folder.store)
  try {
    // One is missing in the store, as happens.
    await upload(
      objects.filter(({ key }) => !key.endsWith('IMG_0042.jpg')),
      store.url,
    )
    await writeConfig(folder.configPath, store.url, [`rateLimitThreshold=${bytesPerSecond}`])
    await layFailureList(objects, folder.lists, join(folder.home, 'backup'))
    const bin = await makePathFolder(folder.root)
    const frames = await record(
      [
        `PATH=${bin}:$PATH`,
        ...['obsutil tasks', 'obsutil cp -recover=last -f'].flatMap((command) => [
          `printf '$ ${command}\\n'`,
          `${command} || true`,
          'echo',
          'sleep 1.5',
        ]),
      ],
      {
        columns,
        rows,
        home: folder.home,
        shownAs: { folder: folder.home, path: '/home/me' },
        everyMs,
      },
    )
    await writeFile(pathOfPicture(), picture(frames))
  } finally {
    await store.stop()
    await removeDemoFolder(folder)
  }
}

function picture(frames: readonly Frame[]): string {
  const size = { columns, rows: Math.max(...frames.map((frame) => frame.rows.length)) }
  const durationMs = (frames.at(-1)?.atMs ?? 0) + restMs
  return renderSvg(frames, { ...size, durationMs }, columnsOf)
}

/** A folder with nothing in it but the command. */
async function makePathFolder(root: string): Promise<string> {
  await symlink(fileURLToPath(new URL('../bin/obsutil.js', import.meta.url)), join(root, 'obsutil'))
  return root
}

function pathOfPicture(): string {
  return fileURLToPath(new URL('../docs/run.svg', import.meta.url))
}
