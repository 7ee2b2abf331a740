import { acls, storageClasses } from '../../core/upload-flags.ts'
import { commandFlags, isCommand } from '../command-table.ts'
import { idleFlags, type FlagSpec } from '../flag-table.ts'
import { commandWords } from '../help-request.ts'
import { summaryOf } from '../help-text.ts'

/** The shells that there is a completion for. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** A shell that there is a completion for. */
export type Shell = (typeof shells)[number]

/** What a completion can offer for a value; nothing for `any`, the word `last` as well for `lastOrTask`. */
export type ValueKind =
  | { readonly kind: 'any' | 'folder' | 'file' | 'task' | 'lastOrTask' }
  | { readonly kind: 'words'; readonly words: readonly string[] }

/** A flag, as a completion sees it. */
export interface FlagModel {
  readonly name: string
  readonly help: string
  /** Undefined for a flag that needs no value. */
  readonly value: ValueKind | undefined
  readonly repeatable: boolean
  /** Flags without effect are understood and not offered. */
  readonly offered: boolean
}

/** A command, as a completion sees it. */
export interface CommandModel {
  readonly name: string
  readonly summary: string
  readonly flags: readonly FlagModel[]
  /** The first word that is no flag; undefined where there should be none. */
  readonly argument: ValueKind | undefined
}

/** All commands and flags of the tables, in their order. */
export function buildModel(): readonly CommandModel[] {
  return commandWords.map((name) => ({
    name,
    summary: summaryOf(name, 'English'),
    flags: isCommand(name) ? commandFlags[name].map(toFlagModel) : [],
    argument: Object.hasOwn(argumentKinds, name) ? argumentKinds[name] : undefined,
  }))
}

/** A new command that takes a task id, or one of some words, has its entry here. */
const argumentKinds: Readonly<Record<string, ValueKind>> = {
  help: words(commandWords),
  completion: words(shells),
  tasks: { kind: 'task' },
}

/** By what stands for the value in the help; of others nothing is known. */
const placeholderKinds: Readonly<Record<string, ValueKind>> = {
  taskId: { kind: 'lastOrTask' },
  folder: { kind: 'folder' },
  file: { kind: 'file' },
  requester: words(['requester']),
  'size|auto': words(['auto']),
  acl: words(acls),
  class: words(storageClasses),
}

function words(list: readonly string[]): ValueKind {
  return { kind: 'words', words: list }
}

function toFlagModel(flag: FlagSpec): FlagModel {
  const isText = flag.kind === 'text'
  return {
    name: flag.name,
    help: flag.help,
    value: isText ? (placeholderKinds[flag.placeholder] ?? { kind: 'any' }) : undefined,
    repeatable: isText && flag.repeatable,
    offered: !idleFlags.includes(flag),
  }
}
