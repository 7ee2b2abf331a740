/** A value that is there already, or the promise of one. */
export type Now<T> = T | Promise<T>

/** Work in steps, of which some may have to be waited for; see `promptly`. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>

/**
 * Does work whose steps are mostly done when they return, such as calls on a local disk, and is done
 * itself then: only from the first step on that has to be waited for it is a promise. An async function
 * would make promises, and wait its turn, at every step, which for a small object takes longer than the
 * steps. What a step throws before that is thrown at once, and not a rejection.
 */
export function promptly<T>(steps: Steps<T>): Now<T> {
  const { done, value } = steps.next()
  return done === true ? value : goOn(steps, value)
}

/** One step: `const found = yield* ready(look())`. */
export function* ready<T>(value: Now<T>): Steps<T> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- what comes back is what the promise held
  return value instanceof Promise ? ((yield value) as T) : value
}

async function goOn<T>(steps: Steps<T>, first: Promise<unknown>): Promise<T> {
  for (let pending = first; ;) {
    const { done, value } = await pending.then(
      (result) => steps.next(result),
      (error: unknown) => steps.throw(error),
    )
    if (done === true) return value
    pending = value
  }
}
