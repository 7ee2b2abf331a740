import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'

/**
 * A client of the SDK with all that it would do on its own account switched off: retries, checksums
 * that OBS does not send, redirects, session authentication, `Expect: 100-continue`, and notes on the
 * user's screen.
 */
export function makeQuietClient(config: S3ClientConfig): S3Client {
  // oxlint-disable-next-line node/no-process-env -- the one way to tell the SDK not to write on the user's screen
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  return new S3Client({
    ...noOutsideSettings,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
    followRegionRedirects: false,
    disableS3ExpressSessionAuth: true,
    ...config,
  })
}

/** What the SDK would otherwise look up in AWS's own environment variables and files. */
const noOutsideSettings = {
  retryMode: 'standard',
  defaultsMode: 'standard',
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
  useArnRegion: false,
  disableMultiregionAccessPoints: true,
  userAgentAppId: 'obsutil',
} as const
