import type { Config } from './config.ts'
import type { Flags } from './flags.ts'
import type { PartSize } from './setting.ts'

/** What a run of `cp -recover` is to do; flags, configuration and defaults merged. Paths are absolute. */
export interface Options extends Flags {
  readonly jobs: number
  readonly parallels: number
  readonly thresholdBytes: number
  readonly partSize: PartSize
  readonly outputFolder: string
  readonly checkpointFolder: string
  /** Undefined where neither flag nor configuration names one. */
  readonly tempFolder: string | undefined
  readonly defaultTempFolder: string
  readonly configFile: string
}

/** What paths depend on. */
export interface PathSurroundings {
  /** The home folder, absolute, without a slash at the end. */
  readonly home: string
  /** Makes a path absolute, seen from the working folder. */
  readonly resolvePath: (path: string) => string
}

/** The configuration file of a run; one that `-config` names must be there. */
export function chooseConfigFile(
  flags: Pick<Flags, 'configFile'>,
  { home, resolvePath }: PathSurroundings,
): { readonly path: string; readonly required: boolean } {
  return flags.configFile === undefined
    ? { path: resolvePath(`${home}/.obsutilconfig`), required: false }
    : { path: resolvePath(flags.configFile), required: true }
}

/** The folder of the result lists (`-o`). */
export function chooseOutputFolder(
  { outputFolder }: Pick<Flags, 'outputFolder'>,
  { home, resolvePath }: PathSurroundings,
): string {
  return resolvePath(outputFolder ?? `${home}/.obsutil_output`)
}

/** The folder of what a later run goes on with (`-cpd`). */
export function chooseCheckpointFolder(
  { checkpointFolder }: Pick<Flags, 'checkpointFolder'>,
  { home, resolvePath }: PathSurroundings,
): string {
  return resolvePath(checkpointFolder ?? `${home}/.obsutil_checkpoint`)
}

/**
 * Merges flags, configuration and defaults, in this order, and freezes what comes out. Objects and
 * parts at a time are each held to maxConnections; what they multiply to is for the transfer to hold.
 */
export function resolveOptions(
  flags: Flags,
  config: Config,
  surroundings: PathSurroundings,
): Options {
  const { home, resolvePath } = surroundings
  const tempFolder = flags.tempFolder ?? (config.tempFolder || undefined)
  return Object.freeze({
    ...flags,
    jobs: Math.min(flags.jobs ?? config.jobs, config.maxConnections),
    parallels: Math.min(flags.parallels ?? config.parallels, config.maxConnections),
    thresholdBytes: flags.thresholdBytes ?? config.bigFileThresholdBytes,
    partSize: flags.partSize ?? config.partSize,
    include: Object.freeze([...flags.include]),
    exclude: Object.freeze([...flags.exclude]),
    outputFolder: chooseOutputFolder(flags, surroundings),
    checkpointFolder: chooseCheckpointFolder(flags, surroundings),
    tempFolder: tempFolder === undefined ? undefined : resolvePath(tempFolder),
    defaultTempFolder: resolvePath(`${home}/.obsutil_tempfile`),
    configFile: chooseConfigFile(flags, surroundings).path,
  })
}
