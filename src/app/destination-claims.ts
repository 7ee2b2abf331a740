import { hash } from 'node:crypto'
import { normalize } from 'node:path'
import { formatSource, type ObjectSource } from '../core/item.ts'

/** How an item stands to those before it. */
type Claim =
  /** The first one for its destination. */
  | 'first'
  /** The same source for the same destination again: it is one item. */
  | 'repeated'
  /** Another source has this destination already. */
  | 'taken'

/** Asks for a destination, for what the source holds. */
export type DestinationClaims = (source: ObjectSource, destination: string) => Claim

/** Words of 32 bits for one entry: four of the destination's hash, two of the source's. */
const entryWords = 6
const firstEntries = 1024

/**
 * Remembers which source has which destination, in some 50 bytes an item, for a list may have
 * millions of lines. Destinations are told apart by 128 bits of their SHA-256.
 *
 * @param tidy Makes several ways of writing a path one, by the rules of the system.
 */
export function createDestinationClaims(tidy = normalize): DestinationClaims {
  let table = new Uint32Array(firstEntries * entryWords)
  let used = 0

  /** One for all claims, for making it would take as long as looking it up. */
  const entry = new Uint32Array(entryWords)

  const grow = () => {
    const old = table
    table = new Uint32Array(old.length * 2)
    for (let at = 0; at < old.length; at += entryWords) {
      const kept = old.subarray(at, at + entryWords)
      if (isUsed(old, at)) table.set(kept, findPlace(table, kept))
    }
  }

  return (source, destination) => {
    writeEntry(entry, source, tidy(destination))
    const at = findPlace(table, entry)
    if (isUsed(table, at)) {
      return table[at + 4] === entry[4] && table[at + 5] === entry[5] ? 'repeated' : 'taken'
    }
    table.set(entry, at)
    used += 1
    if (used * 2 * entryWords > table.length) grow()
    return 'first'
  }
}

function writeEntry(entry: Uint32Array, object: ObjectSource, path: string): void {
  // Of all forms of a hash a string of its bytes is made soonest.
  const destination = hash('sha256', path, 'binary')
  const source = hash('sha256', formatSource(object) + (object.versionId ?? ''), 'binary')
  for (let word = 0; word < 4; word += 1) entry[word] = wordAt(destination, word)
  entry[4] = wordAt(source, 0)
  entry[5] = wordAt(source, 1)
}

/** 32 bits out of a string of bytes. */
function wordAt(bytes: string, word: number): number {
  const at = word * 4
  const low = bytes.charCodeAt(at) | (bytes.charCodeAt(at + 1) << 8)
  return low | (bytes.charCodeAt(at + 2) << 16) | (bytes.charCodeAt(at + 3) << 24)
}

/** The entry's own place, or the free one where it belongs. */
function findPlace(table: Uint32Array, entry: Uint32Array): number {
  const places = table.length / entryWords
  let place = (entry[0] ?? 0) % places
  while (isUsed(table, place * entryWords)) {
    const at = place * entryWords
    if (isSameDestination(table, at, entry)) return at
    place = (place + 1) % places
  }
  return place * entryWords
}

function isSameDestination(table: Uint32Array, at: number, entry: Uint32Array): boolean {
  for (let word = 0; word < 4; word += 1) if (table[at + word] !== entry[word]) return false
  return true
}

/** A hash of all zeros will not be met. */
function isUsed(table: Uint32Array, at: number): boolean {
  return (table[at] ?? 0) !== 0 || (table[at + 1] ?? 0) !== 0
}
