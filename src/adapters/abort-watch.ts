interface Watch {
  readonly listeners: Set<() => void>
  /** What the signal itself calls. */
  readonly tellAll: () => void
}

const watches = new WeakMap<AbortSignal, Watch>()

/**
 * Has the listener called once the signal is aborted, unless what is returned was called before. A run has one
 * signal, on which each of many thousand requests listens for a moment: as long as any of them does, to note
 * another one here takes a tenth of what it takes to add and remove a listener of the signal itself.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  const watch = watches.get(signal) ?? startWatch(signal)
  watch.listeners.add(listener)
  return () => {
    watch.listeners.delete(listener)
    if (watch.listeners.size === 0) endWatch(signal, watch)
  }
}

function startWatch(signal: AbortSignal): Watch {
  const listeners = new Set<() => void>()
  const tellAll = () => {
    for (const tell of listeners) tell()
  }
  const watch = { listeners, tellAll }
  watches.set(signal, watch)
  signal.addEventListener('abort', tellAll, { once: true })
  return watch
}

function endWatch(signal: AbortSignal, watch: Watch): void {
  signal.removeEventListener('abort', watch.tellAll)
  if (watches.get(signal) === watch) watches.delete(signal)
}
