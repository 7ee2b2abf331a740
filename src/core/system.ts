import type { Platform } from './report-text.ts'

/** Operating systems, as far as their rules for files differ; `other` is any further kind of Unix. */
export type System = 'linux' | 'darwin' | 'win32' | 'other'

/** By Node.js's name of the system. */
export function systemNamed(name: string): System {
  return name === 'linux' || name === 'darwin' || name === 'win32' ? name : 'other'
}

/** Which kind of paths the system has. */
export function platformOf(system: System): Platform {
  return system === 'win32' ? 'win32' : 'posix'
}
