/** The part of s3rver, which comes without types, that the demo uses. */
declare module 's3rver' {
  import type { Server } from 'node:http'
  import type { AddressInfo } from 'node:net'

  class S3rver {
    constructor(options: {
      readonly address: string
      /** 0 is any free one. */
      readonly port: number
      readonly silent: boolean
      readonly directory: string
      readonly configureBuckets: readonly { readonly name: string }[]
    })
    /** There once `run` has resolved. */
    readonly httpServer: Server
    /** Listens, and resolves with the address. */
    run(): Promise<AddressInfo>
  }
  export = S3rver
}
