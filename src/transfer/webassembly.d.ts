/** As much of the WebAssembly JavaScript Interface as is used here; Node.js's own types lack it. */
declare namespace WebAssembly {
  // oxlint-disable-next-line typescript/no-extraneous-class -- it is one, and has no more to it
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(
      module: Module,
      imports?: Readonly<Record<string, Readonly<Record<string, Memory>>>>,
    )
    readonly exports: Readonly<Record<string, unknown>>
  }
  class Memory {
    /** Sizes are in pages of 64 KiB. */
    constructor(size: { initial: number; maximum: number; shared: true })
    readonly buffer: ArrayBuffer
    /** The pages that there were before. */
    grow(pages: number): number
  }
}
