import type { Config } from '../core/config.ts'
import { requireCredentials, type Credentials } from '../core/credentials.ts'
import { AppError } from '../core/errors.ts'

/** Keys that requests are signed with. */
export type Keys = Extract<Credentials, { kind: 'keys' }>

/** The keys of the configuration or the environment; throws a `credentials` fault without them. */
export function requireKeys(config: Config): Keys {
  const credentials = requireCredentials(config)
  if (credentials.kind === 'keys') return credentials
  throw new AppError('credentials', 'Please set ak, sk and endpoint in the configuration file!', {
    hint: 'autoChooseSecurityProvider finds keys in the environment so far, not yet in the ECS metadata service.',
  })
}
