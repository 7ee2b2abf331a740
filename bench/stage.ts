import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeCertificate } from '../test/unit/support/certificate.ts'

/** The store and the disk that all contestants share. */
export interface Stage {
  /** What is below here is served, and lies where the results go as well. */
  readonly root: string
  /** Folder of the bucket: what is put here can be had as an object. */
  readonly bucketFolder: string
  readonly plain: string
  readonly secure: string
  /** The authority that vouches for the secure address, as a file. */
  readonly authority: string
  /** Has nginx read its configuration again, with what lies in `metadata*.conf` of the root. */
  readonly reload: () => Promise<void>
  readonly close: () => Promise<void>
}

/** The one bucket. */
export const BUCKET = 'bench'

/**
 * Starts nginx on loopback, over HTTP and TLS. It serves files as a store answers path-style requests
 * for objects, and does not look at signatures.
 */
export async function openStage(): Promise<Stage> {
  const root = await mkdtemp(join(tmpdir(), 'obsutil-bench-'))
  const bucketFolder = join(root, 'store', BUCKET)
  await mkdir(bucketFolder, { recursive: true })
  const certificate = makeCertificate('IP:127.0.0.1')
  if (certificate === undefined) throw new Error('openssl is needed')
  const authority = join(root, 'cert.pem')
  await writeFile(authority, certificate.cert)
  await writeFile(join(root, 'key.pem'), certificate.key)
  const [port, securePort] = [await freePort(), await freePort()]
  await writeFile(join(root, 'nginx.conf'), nginxConfig(root, port, securePort))

  const nginx = spawn('nginx', ['-p', root, '-c', join(root, 'nginx.conf')], { stdio: 'inherit' })
  const ended = once(nginx, 'exit')
  await Promise.race([
    untilListening(port),
    ended.then(() => Promise.reject(new Error('nginx did not start'))),
  ])
  return {
    root,
    bucketFolder,
    plain: `http://127.0.0.1:${port}`,
    secure: `https://127.0.0.1:${securePort}`,
    authority,
    async reload() {
      nginx.kill('SIGHUP')
      // The old workers take no more requests once the new ones do.
      await sleep(500)
    },
    async close() {
      nginx.kill('SIGTERM')
      await ended
      await rm(root, { recursive: true })
    },
  }
}

function nginxConfig(root: string, port: number, securePort: number): string {
  return `
daemon off;
user root;
worker_processes 2;
worker_rlimit_nofile 200000;
pid ${root}/nginx.pid;
error_log ${root}/error.log;
events { worker_connections 4096; }
http {
  default_type application/octet-stream;
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  client_body_temp_path ${root}/body; proxy_temp_path ${root}/proxy; fastcgi_temp_path ${root}/fastcgi;
  uwsgi_temp_path ${root}/uwsgi; scgi_temp_path ${root}/scgi;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    listen 127.0.0.1:${securePort} ssl backlog=4096;
    ssl_certificate ${root}/cert.pem;
    ssl_certificate_key ${root}/key.pem;
    ssl_session_cache shared:s:10m;
    root ${root}/store;
    # What a store tells of an object beside its bytes.
    add_header x-amz-request-id $request_id;
    include ${root}/metadata*.conf;
  }
}
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('there is no port')
  return address.port
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch {
      await sleep(20)
    } finally {
      socket.destroy()
    }
  }
}
