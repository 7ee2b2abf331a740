/**
 * What a promise comes to, or a rejection with the signal's reason as soon as that is aborted; what
 * was waited for goes on, perhaps for others.
 */
export async function untilAborted<T>(awaited: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = new AbortController()
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(reasonOf(signal))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true, signal: ended.signal })
  })
  try {
    return await Promise.race([aborted, awaited])
  } finally {
    ended.abort()
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))
}
