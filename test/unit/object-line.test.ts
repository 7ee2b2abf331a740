import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { displayWidth } from '../../src/cli/display-text.ts'
import { formatObjectLine, roomForObjects } from '../../src/cli/object-line.ts'

const MB = 1024 * 1024
const VIEW = {
  name: 'backups/2024-10-08/database.tar',
  sizeBytes: 2.65 * 1024 * MB,
  percent: 45.2,
  bytesPerSecond: 3.1 * MB,
}

const LINES: readonly (readonly [width: number, line: string])[] = [
  [
    119,
    '[=============----------------] 45.20%    2.65GB    3.10 MB/s backups/2024-10-08/database.tar',
  ],
  [79, '[========-----------] 45.20%    2.65GB    3.10 MB/s .../2024-10-08/database.tar'],
  [57, '[===-----] 45.20%    2.65GB    3.10 MB/s .../database.tar'],
  [56, '45.20%    2.65GB    3.10 MB/s ...2024-10-08/database.tar'],
  [46, '45.20%    2.65GB    3.10 MB/s .../database.tar'],
  [45, '45.20%    3.10 MB/s ...024-10-08/database.tar'],
  [36, '45.20%    3.10 MB/s .../database.tar'],
  [35, '45.20% ...s/2024-10-08/database.tar'],
  [19, '45.20% ...abase.tar'],
  [4, '45.2'],
]
for (const [width, line] of LINES) {
  test(`\`formatObjectLine()\` in ${width} columns`, () => {
    assert.equal(formatObjectLine(VIEW, width), line)
  })
}

test('`formatObjectLine()` shows what a key holds and obeys none of it', () => {
  const line = formatObjectLine({ ...VIEW, name: '备份\u001B[2J\n数据库\u202E.tar' }, 79)
  assert.match(line, / 备份\?\[2J\?数据库\.tar$/)
})

test('`formatObjectLine()` is never wider than its width', () => {
  const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 })
  const sizes = fc.double({ min: 0, max: 1e16, noNaN: true })
  fc.assert(
    fc.property(names, fc.nat(250), fc.tuple(sizes, sizes), (name, width, [size, speed]) => {
      const view = { ...VIEW, name, sizeBytes: Math.floor(size), bytesPerSecond: speed }
      assert.ok(displayWidth(formatObjectLine(view, width)) <= width)
    }),
  )
})

const ROOMS: readonly (readonly [columns: number, rows: number, room: number])[] = [
  [80, 24, 8],
  [200, 50, 8],
  [80, 15, 5],
  [20, 10, 3],
  [80, 8, 2],
  [80, 7, 0],
  [19, 50, 0],
  [80, 0, 0],
]
for (const [columns, rows, room] of ROOMS) {
  test(`${room} objects have a line on a terminal of ${columns}x${rows}`, () => {
    assert.equal(roomForObjects(columns, rows), room)
  })
}
