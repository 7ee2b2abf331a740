import { AppError } from './errors.ts'

/** Flags about objects that are uploaded or copied; undefined where they were not given. */
export interface UploadFlags {
  readonly acl: string | undefined
  readonly storageClass: string | undefined
  /** `name:value#name:value` */
  readonly metadata: string | undefined
}

/** The values of `-acl`. */
export const acls: readonly string[] = [
  'private',
  'public-read',
  'public-read-write',
  'bucket-owner-full-control',
]
/** The values of `-sc`. */
export const storageClasses: readonly string[] = ['standard', 'warm', 'cold']

/**
 * Checks flags that say nothing about a download, in the official tool's words, which checks them for
 * every task. Throws a `usage` fault.
 */
export function checkUploadFlags({ acl, storageClass, metadata }: UploadFlags): void {
  assertOneOf('acl', acl, acls)
  assertOneOf('sc', storageClass, storageClasses)
  if (metadata !== undefined && !metadata.split('#').every(isPair)) {
    throw new AppError('usage', `Invalid metadata [${metadata}]`, {
      hint: '-meta takes pairs such as aaa:bbb#ccc:ddd',
    })
  }
}

function assertOneOf(name: string, value: string | undefined, values: readonly string[]): void {
  if (value === undefined || values.includes(value)) return
  throw new AppError(
    'usage',
    `Invalid ${name} [${value}], possible values are:[${values.join('|')}]`,
  )
}

/** A name without a value will do. */
function isPair(text: string): boolean {
  return /^[^:]+(:[^:]*)?$/.test(text)
}
