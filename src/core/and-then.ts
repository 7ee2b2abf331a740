/** What is done at once where that is possible, and later where it is not. */
export type Soon = void | Promise<void>

/**
 * Goes on once the deed is done: at once where it is already, since a promise for each of some
 * hundred thousand writes would cost more than the writes.
 */
export function andThen(deed: Soon, goOn: () => void): Soon {
  return deed === undefined ? goOn() : deed.then(goOn)
}
