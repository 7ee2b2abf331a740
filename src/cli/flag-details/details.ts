/** What `obsutil help -flag` says beyond the one sentence of the flag table. */
export interface FlagDetails {
  /** Lines of at most 100 columns, in paragraphs with an empty line between them; '' for none. */
  readonly about: InLanguages
  readonly examples: readonly FlagExample[]
}

/** A command line as it is typed, and what it does. */
interface FlagExample extends InLanguages {
  /** The words that follow the usual start of the command, or a whole line from `obsutil` on. */
  readonly words: string
}

interface InLanguages {
  readonly English: string
  readonly Chinese: string
}
