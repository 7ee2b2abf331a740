/** The error of a connection that was not made in time; it may be tried again. */
export function connectTimeout(timeoutMs: number): Error {
  const text = `No connection within ${timeoutMs / 1000} s (connectTimeout)`
  return Object.assign(new Error(text), { code: 'ETIMEDOUT' })
}
