import type { Socket } from 'node:net'
import S3rver from 's3rver'

// A process of its own, started by store.ts with the folder and the bucket as arguments. It tells
// its port once it listens, and answers a message with the number of bytes it has sent so far.

const [directory = '', bucket = ''] = process.argv.slice(2)

// Ctrl+C reaches every process of a terminal at once; this one ends after the others, or with them.
process.on('SIGINT', () => {})
process.on('disconnect', () => {
  process.exitCode = 0
  server.httpServer.close()
  server.httpServer.closeAllConnections()
})

const server = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  directory,
  configureBuckets: [{ name: bucket }],
})
const { port } = await server.run()

let sentBytes = 0
let openConnections = 0
let isAsked = false
server.httpServer.on('connection', (socket: Socket) => {
  openConnections += 1
  socket.on('close', () => {
    openConnections -= 1
    sentBytes += socket.bytesWritten
    answer()
  })
})
process.on('message', () => {
  isAsked = true
  answer()
})
process.send?.(port)

function answer(): void {
  // What a killed client leaves open goes on sending for a moment.
  if (!isAsked || openConnections > 0) return
  isAsked = false
  process.send?.(sentBytes)
}
