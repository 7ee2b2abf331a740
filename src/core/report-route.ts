import type { ObjectSource } from './item.ts'
import { parseSource, VERSION_MARK } from './object-url.ts'
import { ARROW, CLOUD_ARROW, isAbsoluteAt, type Platform } from './report-text.ts'

/** Where an object comes from and the absolute path it goes to. */
export interface Route {
  readonly source: ObjectSource
  readonly destination: string
}

/** Where `<source> --> <destination>` may stand in a line. */
export interface RouteBounds {
  readonly start: number
  /** Where the fields after it may begin, in order; see `fieldsStarts`. */
  readonly ends: readonly number[]
  readonly platform: Platform
}

/**
 * Reads the one route that the text between the bounds can mean, or undefined where it can mean
 * none, or more than one. Names and messages are written raw, so an arrow or what looks like the
 * fields may be part of either, by accident or on purpose:
 * - The destination must be absolute, and of several arrows that one counts after which the
 *   destination ends with more of the key's own path than after any other.
 * - Of several places for the fields the last one counts, because a name comes before them; but only
 *   if the key's path at the end of the destination explains the earlier ones. A message that
 *   pretends to be fields comes after them and can never do that.
 */
export function readRoute(text: string, bounds: RouteBounds): Route | undefined {
  const { start, platform } = bounds
  const end = bounds.ends.at(-1)
  if (end === undefined || holdsNoNames(text, start, end)) return undefined
  const arrows = absoluteArrows(text, { start, end, platform })
  const firstArrow = arrows[0]
  if (firstArrow === undefined || arrows.length > MOST_ARROWS) return undefined
  const earlierEnds = bounds.ends.filter((earlier) => earlier > firstArrow && earlier < end)
  const isPlain = arrows.length === 1 && earlierEnds.length === 0
  // What may as well be a copy has to prove itself a download.
  if (isPlain && !text.slice(start, firstArrow).includes(CLOUD_ARROW)) {
    return readAt(text, { start, arrow: firstArrow, end })
  }
  const readings = arrows.flatMap((arrow) => readAt(text, { start, arrow, end }) ?? [])
  return bestFit(readings, { earlierEnds, platform, isOnlyArrow: arrows.length === 1 })
}

/** Each costs a comparison over the line; a line with more is read through its item field or not. */
const MOST_ARROWS = 32
const RECORD_INSIDE = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [\w./]{1,40}, /

/**
 * No path can hold a NUL. The head of another record means that two lines are glued together, or
 * that names were made to look like lines.
 */
function holdsNoNames(text: string, start: number, end: number): boolean {
  const nul = text.indexOf('\0', start)
  if (nul !== -1 && nul < end) return true
  const time = text.indexOf('Z ', start)
  return time !== -1 && time < end && RECORD_INSIDE.test(text.slice(start, end))
}

interface Reading extends Route {
  /** Position of the destination in the text. */
  readonly destinationStart: number
}

function absoluteArrows(
  text: string,
  { start, end, platform }: { start: number; end: number; platform: Platform },
): readonly number[] {
  const arrows: number[] = []
  for (let at = text.indexOf(ARROW, start); at !== -1; at = text.indexOf(ARROW, at + 1)) {
    if (at + ARROW.length >= end || arrows.length > MOST_ARROWS) break
    if (isAbsoluteAt(text, at + ARROW.length, platform)) arrows.push(at)
  }
  return arrows
}

function readAt(
  text: string,
  { start, arrow, end }: { start: number; arrow: number; end: number },
): Reading | undefined {
  const destinationStart = arrow + ARROW.length
  const destination = text.slice(destinationStart, end)
  const source = sourceOf(text.slice(start, arrow), destination)
  return source === undefined ? undefined : { source, destination, destinationStart }
}

/** A mark that the destination repeats is part of the object's name: versions name no files. */
function sourceOf(text: string, destination: string): ObjectSource | undefined {
  const source = parseSource(text)
  if (source?.versionId === undefined) return source
  const suffix = `${VERSION_MARK}${source.versionId}`
  if (!destination.endsWith(suffix)) return source
  return { bucket: source.bucket, key: `${source.key}${suffix}`, versionId: undefined }
}

interface FitContext {
  readonly earlierEnds: readonly number[]
  readonly platform: Platform
  readonly isOnlyArrow: boolean
}

function bestFit(
  readings: readonly Reading[],
  { earlierEnds, platform, isOnlyArrow }: FitContext,
): Route | undefined {
  const fits = readings.map((reading) => ({ reading, ...commonTail(reading, platform) }))
  const most = Math.max(0, ...fits.map((fit) => fit.segments))
  const [best, rival] = fits.filter((fit) => fit.segments === most)
  if (most === 0 || best === undefined || rival !== undefined) return undefined
  if (earlierEnds.length === 0) return best.reading
  const { reading, isWholeKey, start } = best
  const isExplained = earlierEnds.every(
    (earlier) => earlier < reading.destinationStart || earlier >= reading.destinationStart + start,
  )
  return isExplained && (isWholeKey || isOnlyArrow) ? reading : undefined
}

interface CommonTail {
  /** Whole path segments, counted from the end, in which key and destination agree. */
  readonly segments: number
  readonly isWholeKey: boolean
  /** Where in the destination they begin. */
  readonly start: number
}

/** The official tool makes the destination a clean path, so the key is cleaned before it is compared. */
function commonTail({ source, destination }: Route, platform: Platform): CommonTail {
  const wanted = cleanSegments(withSlashes(source.key, platform))
  const path = withSlashes(destination, platform)
  let segments = 0
  let start = path.length
  while (segments < wanted.length) {
    const end = path[start - 1] === '/' ? start - 1 : start
    const from = path.lastIndexOf('/', end - 1) + 1
    if (path.slice(from, end) !== wanted.at(-1 - segments)) break
    segments += 1
    start = from
  }
  return { segments, isWholeKey: segments === wanted.length, start }
}

function withSlashes(path: string, platform: Platform): string {
  return platform === 'win32' ? path.replaceAll('\\', '/') : path
}

function cleanSegments(path: string): readonly string[] {
  const clean: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..' && clean.length > 0 && clean.at(-1) !== '..') clean.pop()
    else clean.push(segment)
  }
  return clean
}
