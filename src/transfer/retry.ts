import { ItemError } from '../core/errors.ts'
import type { Clock, Log } from '../core/ports.ts'
import type { Pace } from './pace.ts'

/** The first wait is at most this long; it doubles from try to try (full jitter). */
const firstDelayMs = 300
const longestDelayMs = 30_000
/** A server that asks for more patience than this is not waited for any longer. */
const longestRetryAfterMs = 120_000

export interface RetryContext {
  /** Tries after the first one (`maxRetryCount`). */
  readonly maxRetries: number
  readonly clock: Clock
  readonly pace: Pace
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Runs the attempt until it succeeds, fails for good, or has been repeated `maxRetries` times. Only
 * what an `ItemError` calls transient or throttled is repeated; the rest is thrown as it came. The log
 * is told what is tried.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  what: string,
  context: RetryContext,
): Promise<T> {
  const { signal } = context
  for (let retries = 0; ; retries += 1) {
    try {
      return await paced(attempt, context.pace, signal)
    } catch (error) {
      if (!isRetryable(error) || retries >= context.maxRetries) throw error
      const delayMs = retryDelay(retries, error, context.clock.random())
      context.log.warn(
        `${what}: ${error.message}; try ${retries + 2} of ${context.maxRetries + 1} in ${delayMs} ms`,
      )
      await context.clock.sleep(delayMs, signal)
    }
  }
}

/**
 * Milliseconds to wait before retry number `retries` (from 0): exponential with full jitter, and
 * never less than the server's Retry-After (RFC 9110, 10.2.3).
 */
export function retryDelay(retries: number, error: ItemError, random: number): number {
  const ceilingMs = Math.min(longestDelayMs, firstDelayMs * 2 ** retries)
  const askedMs = Math.min(error.retryAfterMs ?? 0, longestRetryAfterMs)
  return Math.max(Math.round(random * ceilingMs), askedMs)
}

async function paced<T>(attempt: () => Promise<T>, pace: Pace, signal: AbortSignal): Promise<T> {
  const release = await pace.admit(signal)
  try {
    const result = await attempt()
    pace.wentWell()
    return result
  } catch (error) {
    if (error instanceof ItemError && error.retry === 'throttled') pace.slowDown(error.retryAfterMs)
    throw error
  } finally {
    release()
  }
}

function isRetryable(error: unknown): error is ItemError {
  return error instanceof ItemError && (error.retry === 'transient' || error.retry === 'throttled')
}
