import { readFileSync } from 'node:fs'
import type { World } from './world.ts'

/** `obsutil version`: of the tool, and of what it runs on. Returns the exit code. */
export function showVersion(world: World): number {
  world.stdout.write(`obsutil version ${readVersion()}, Node.js ${process.versions.node}\n`)
  return 0
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  const isManifest = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return isManifest ? String(parsed.version) : 'unknown'
}
