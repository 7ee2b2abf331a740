import type { Cause } from './failure-causes.ts'

/** What to do about failures of a cause, in a few words; undefined where nothing is known of it. */
export function adviceFor({
  status = 0,
  code = '',
  message = '',
}: Pick<Cause, 'status' | 'code'> & Partial<Pick<Cause, 'message'>>): string | undefined {
  const known =
    ROWS.find(({ codes }) => codes?.split(' ').includes(code)) ??
    ROWS.find(({ statuses }) => statuses?.includes(status)) ??
    ROWS.find(({ words }) => status === 0 && code === '' && words?.test(message))
  return known?.advice ?? (status >= 500 ? 'the store had a fault: go on later' : undefined)
}

interface Row {
  readonly advice: string
  /** The store's codes, the system's and ours, with blanks in between. */
  readonly codes?: string
  /** Of answers whose code is not known here; that to a HEAD has no document. */
  readonly statuses?: readonly number[]
  /** Of failures that have neither, as the official tool lists those of the system (golden lists). */
  readonly words?: RegExp
}

const ROWS: readonly Row[] = [
  {
    advice: 'the keys are wrong: write the right ones with obsutil config -interactive',
    codes: 'InvalidAccessKeyId SignatureDoesNotMatch',
    statuses: [401],
  },
  {
    advice: 'the token is over: get new keys, and write them with obsutil config -interactive',
    codes: 'ExpiredToken InvalidToken TokenRefreshRequired InvalidSecurityToken',
  },
  {
    advice: 'the clock of this computer is wrong: set it',
    codes: 'RequestTimeTooSkewed',
  },
  {
    advice: 'these keys may not read it: have somebody allow them to (GetObject)',
    codes: 'AccessDenied',
  },
  {
    advice: 'the keys are wrong, or may not read it',
    statuses: [403],
  },
  {
    advice: 'it is gone, and no further run will get it',
    codes: 'NoSuchKey NoSuchVersion',
  },
  {
    advice: 'it is not there, or its bucket is not: if it is so of all, look at the endpoint',
    statuses: [404],
  },
  {
    advice: 'there is no such bucket there: look at the endpoint',
    codes: 'NoSuchBucket',
  },
  {
    advice: 'it is in an archive, and must be restored there first',
    codes: 'InvalidObjectState',
  },
  {
    advice: 'the store was busy: go on later, or with less at once (-j, -p)',
    codes: 'SlowDown ServiceUnavailable TooManyRequests',
    statuses: [429, 503],
  },
  {
    advice: 'the bucket is somewhere else: look at the endpoint',
    codes: 'PermanentRedirect TemporaryRedirect Redirect AuthorizationHeaderMalformed',
  },
  {
    advice: 'the disk is full: make room on it, and go on',
    codes: 'NoSpaceError ENOSPC EDQUOT',
    words: /no space left on device|disk quota exceeded/,
  },
  {
    advice: 'this user may not write there',
    codes: 'EACCES EPERM EROFS',
    words: /permission denied|read-only file system/,
  },
  {
    advice: 'the network does not know the name of the store: look at the endpoint',
    codes: 'ENOTFOUND EAI_AGAIN',
    words: /no such host/,
  },
  {
    advice:
      'nothing listens there: look at the endpoint, its port, and the proxy if there is one, or go on when the store is back',
    codes: 'ECONNREFUSED',
    words: /connection refused/,
  },
  {
    advice: 'the network was interrupted: look at it, and go on',
    codes: 'ECONNRESET ETIMEDOUT EHOSTUNREACH ENETUNREACH EPIPE SocketTimeout UnexpectedEndOfBody',
    words: /unexpected EOF|connection reset|broken pipe|timeout|network is unreachable/i,
  },
  {
    advice:
      'the certificate of the store is not trusted: NODE_EXTRA_CA_CERTS may name the file of its authority',
    codes:
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE SELF_SIGNED_CERT_IN_CHAIN DEPTH_ZERO_SELF_SIGNED_CERT UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  },
  {
    advice: 'the certificate of the store has expired',
    codes: 'CERT_HAS_EXPIRED',
  },
  {
    advice: 'the certificate of the store is for another name: look at the endpoint',
    codes: 'ERR_TLS_CERT_ALTNAME_INVALID',
  },
  {
    advice: 'two objects go to one file, and only the first can have it',
    codes: 'DuplicateDestinationError',
  },
  {
    advice: 'not done yet: go on',
    codes: 'InterruptedError',
  },
  {
    advice: 'the run was given up: see the other causes first',
    codes: 'AbortError',
  },
  {
    advice: 'another run is at work on it: go on when that has ended',
    codes: 'LockedError',
  },
  {
    advice: 'it changed meanwhile: go on',
    codes: 'ObjectChangedError PreconditionFailed InvalidRange',
  },
  {
    advice: 'what came is not what was stored: go on, and if it stays so, look at the object',
    codes: 'VerifyMd5Error VerifyChecksumError VerifyLengthError AdoptedPartsError',
  },
  {
    advice: 'no file can have that name here',
    codes: 'InvalidKeyError InvalidNameError EmptyFolderNameError ENAMETOOLONG',
  },
  {
    advice: 'something else is in the way at its path',
    codes: 'NotAFileError EISDIR ENOTDIR EEXIST',
  },
  {
    advice: 'a fault of this tool: please report it',
    codes: 'ToolError',
  },
]
