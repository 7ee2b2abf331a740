import type { Cause } from './failure-causes.ts'

/** What to do about failures of a cause, in a few words; undefined where nothing is known of it. */
export function adviceFor({
  status,
  code = '',
}: Pick<Cause, 'status' | 'code'>): string | undefined {
  return (
    BY_CODE.get(code) ??
    BY_STATUS.get(status ?? 0) ??
    (status !== undefined && status >= 500 ? ADVICE.fault : undefined)
  )
}

const ADVICE = {
  keys: 'the keys are wrong: write the right ones with obsutil config -interactive',
  token: 'the token is over: get new keys, and write them with obsutil config -interactive',
  clock: 'the clock of this computer is wrong: set it',
  rights: 'these keys may not read it: have somebody allow them to (GetObject)',
  keysOrRights: 'the keys are wrong, or may not read it',
  gone: 'it is gone, and no further run will get it',
  goneOrBucket: 'it is not there, or its bucket is not: if it is so of all, look at the endpoint',
  bucket: 'there is no such bucket there: look at the endpoint',
  archived: 'it is in an archive, and must be restored there first',
  busy: 'the store was busy: go on later, or with less at once (-j, -p)',
  fault: 'the store had a fault: go on later',
  elsewhere: 'the bucket is somewhere else: look at the endpoint',
  room: 'the disk is full: make room on it, and go on',
  mayNotWrite: 'this user may not write there',
  name: 'the network does not know the name of the store: look at the endpoint',
  network: 'the network was interrupted: look at it, and go on',
  certificate:
    'the certificate of the store is not trusted: NODE_EXTRA_CA_CERTS may name the file of its authority',
  expired: 'the certificate of the store has expired',
  otherName: 'the certificate of the store is for another name: look at the endpoint',
  onePath: 'two objects go to one file, and only the first can have it',
  notDone: 'not done yet: go on',
  givenUp: 'the run was given up: see the other causes first',
  other: 'another run is at work on it: go on when that has ended',
  changed: 'it changed meanwhile: go on',
  otherBytes: 'what came is not what was stored: go on, and if it stays so, look at the object',
  noName: 'no file can have that name here',
  inTheWay: 'something else is in the way at its path',
  ours: 'a fault of this tool: please report it',
} as const

const BY_CODE: ReadonlyMap<string, string> = new Map([
  ...codes(ADVICE.keys, 'InvalidAccessKeyId SignatureDoesNotMatch'),
  ...codes(ADVICE.token, 'ExpiredToken InvalidToken TokenRefreshRequired InvalidSecurityToken'),
  ...codes(ADVICE.clock, 'RequestTimeTooSkewed'),
  ...codes(ADVICE.rights, 'AccessDenied'),
  ...codes(ADVICE.gone, 'NoSuchKey NoSuchVersion'),
  ...codes(ADVICE.bucket, 'NoSuchBucket'),
  ...codes(ADVICE.archived, 'InvalidObjectState'),
  ...codes(ADVICE.busy, 'SlowDown ServiceUnavailable TooManyRequests'),
  ...codes(
    ADVICE.elsewhere,
    'PermanentRedirect TemporaryRedirect Redirect AuthorizationHeaderMalformed',
  ),
  ...codes(ADVICE.room, 'NoSpaceError ENOSPC EDQUOT'),
  ...codes(ADVICE.mayNotWrite, 'EACCES EPERM EROFS'),
  ...codes(ADVICE.name, 'ENOTFOUND EAI_AGAIN'),
  ...codes(
    ADVICE.network,
    'ECONNREFUSED ECONNRESET ETIMEDOUT EHOSTUNREACH ENETUNREACH EPIPE SocketTimeout UnexpectedEndOfBody',
  ),
  ...codes(
    ADVICE.certificate,
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE SELF_SIGNED_CERT_IN_CHAIN DEPTH_ZERO_SELF_SIGNED_CERT UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  ),
  ...codes(ADVICE.expired, 'CERT_HAS_EXPIRED'),
  ...codes(ADVICE.otherName, 'ERR_TLS_CERT_ALTNAME_INVALID'),
  ...codes(ADVICE.onePath, 'DuplicateDestinationError'),
  ...codes(ADVICE.notDone, 'InterruptedError'),
  ...codes(ADVICE.givenUp, 'AbortError'),
  ...codes(ADVICE.other, 'LockedError'),
  ...codes(ADVICE.changed, 'ObjectChangedError PreconditionFailed InvalidRange'),
  ...codes(
    ADVICE.otherBytes,
    'VerifyMd5Error VerifyChecksumError VerifyLengthError AdoptedPartsError',
  ),
  ...codes(ADVICE.noName, 'InvalidKeyError EmptyFolderNameError ENAMETOOLONG'),
  ...codes(ADVICE.inTheWay, 'NotAFileError EISDIR ENOTDIR EEXIST'),
  ...codes(ADVICE.ours, 'ToolError'),
])

/** For answers without a document, as to a HEAD. */
const BY_STATUS: ReadonlyMap<number, string> = new Map([
  [401, ADVICE.keys],
  [403, ADVICE.keysOrRights],
  [404, ADVICE.goneOrBucket],
  [429, ADVICE.busy],
  [503, ADVICE.busy],
])

function codes(advice: string, names: string): readonly (readonly [string, string])[] {
  return names.split(' ').map((name) => [name, advice])
}
