import { readConfigFile, type ConfigFileOptions } from '../adapters/config-file.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { resolveConfig, type Config, type ConfigSurroundings } from '../core/config.ts'
import { requireCredentials, type Keys } from '../core/credentials.ts'

/** All places that keys are looked for in. */
export interface KeyPlaces {
  readonly file: ConfigFileOptions & { readonly path: string }
  readonly surroundings: ConfigSurroundings
}

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

/** Looks for the keys where they were found at first, in a file that may have changed since. */
export async function findKeysAnew(places: KeyPlaces, signal: AbortSignal): Promise<Keys> {
  const config = await readConfigAnew(places, signal)
  return findKeys(config, places.surroundings.environment, signal)
}

const tries = 3
const waitMs = 500

/** A file that makes no sense may be one that is just being written. */
async function readConfigAnew({ file, surroundings }: KeyPlaces, signal: AbortSignal) {
  for (let left = tries - 1; ; left -= 1) {
    try {
      const { entries } = await readConfigFile(file.path, file)
      const { config } = resolveConfig(entries, surroundings)
      requireCredentials(config)
      return config
    } catch (error) {
      if (left === 0) throw error
      await systemClock.sleep(waitMs, signal)
    }
  }
}
