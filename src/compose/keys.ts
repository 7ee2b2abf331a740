import { readConfigFile, type ConfigFileOptions } from '../adapters/config-file.ts'
import type { LookCause } from '../adapters/credentials.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { untilAborted } from '../adapters/until-aborted.ts'
import { resolveConfig, type Config, type ConfigSurroundings } from '../core/config.ts'
import { requireCredentials, type Credentials, type Keys } from '../core/credentials.ts'

/** All places that keys are looked for in. */
export interface KeyPlaces {
  readonly file: ConfigFileOptions & { readonly path: string }
  readonly surroundings: ConfigSurroundings
  /** What gave the keys at the start. */
  readonly source: Credentials['kind']
  /** What the file held at the start; as long as it lacks any of it, it is being written. */
  readonly inFile: readonly FileKey[]
}

/** A part of the keys that a configuration file may leave to the environment. */
type FileKey = 'ak' | 'sk'

/**
 * The keys of the configuration or the environment; without them, those of the ECS metadata service,
 * which is at OBS_ECS_METADATA_ENDPOINT where that is set. Throws a `credentials` fault without any.
 */
export async function findKeys(
  config: Config,
  environment: ConfigSurroundings['environment'],
  signal: AbortSignal,
): Promise<Keys> {
  const credentials = requireCredentials(config)
  if (credentials.kind === 'keys') return credentials
  const { askMetadataService } = await import('../adapters/metadata-service.ts')
  return askMetadataService(environment['OBS_ECS_METADATA_ENDPOINT']?.trim() ?? '', signal)
}

/** Which of the keys the file itself has, whatever the environment has. */
export function keysInFile(
  entries: ReadonlyMap<string, string>,
  { home }: Pick<ConfigSurroundings, 'home'>,
): readonly FileKey[] {
  const { config } = resolveConfig(entries, { home, environment: {} })
  const keys: readonly FileKey[] = ['ak', 'sk']
  return keys.filter((key) => config[key] !== '')
}

interface KeySearch {
  /** Shows a line to the user. */
  readonly say: (text: string) => void
  /** Aborted when the run is interrupted. */
  readonly signal: AbortSignal
}

/**
 * Makes the function that looks for the keys where they were found at first, in a file that may have
 * changed since. It ends when the run is interrupted or its own signal is aborted, and tells the user
 * the first time that the store refused keys. Without a cause it tells nothing.
 */
export function createKeySearch(
  places: KeyPlaces,
  { say, signal }: KeySearch,
): (closing: AbortSignal, cause?: LookCause) => Promise<Keys> {
  let isTold = false
  return (closing, cause) => {
    if (cause === 'refused' && !isTold) {
      isTold = true
      say(`Warn: The store refuses the keys; looking for new ones in ${describe(places)}`)
    }
    return untilAborted(findKeysAnew(places, closing), signal)
  }
}

/** The environment is left out: that of a run which is under way does not change. */
function describe({ file, source }: KeyPlaces): string {
  return `[${file.path}]${source === 'metadata' ? ' and the ECS metadata service' : ''}`
}

async function findKeysAnew(places: KeyPlaces, signal: AbortSignal): Promise<Keys> {
  const config = await readConfigAnew(places, signal)
  return findKeys(config, places.surroundings.environment, signal)
}

const tries = 3
const waitMs = 500

/** A file that makes no sense may be one that is just being written. */
async function readConfigAnew(places: KeyPlaces, signal: AbortSignal) {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await readSensibleConfig(places)
    } catch (error) {
      if (left === 0) throw error
      await systemClock.sleep(waitMs, signal)
    }
  }
}

async function readSensibleConfig({ file, surroundings, inFile }: KeyPlaces): Promise<Config> {
  const { entries } = await readConfigFile(file.path, { ...file, kind: 'plain' })
  const found = keysInFile(entries, surroundings)
  const missing = inFile.filter((key) => !found.includes(key))
  // Else the environment's keys, or those of the metadata service, would be mixed in.
  if (missing.length > 0) {
    throw new Error(`[${file.path}] has no ${missing.join(' and no ')} any more`)
  }
  const { config } = resolveConfig(entries, surroundings)
  requireCredentials(config)
  return config
}
