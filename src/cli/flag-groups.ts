import { workingFlags, type FlagSpec } from './flag-table.ts'

/** What a flag of `cp` is about; in the order of the help. */
export const flagGroups = ['what', 'how', 'checks', 'where', 'lists'] as const

/** One of the groups of the flags of `cp`. */
export type FlagGroup = (typeof flagGroups)[number]

/** A flag that stands in no other group belongs to the last one. */
const members: Readonly<Record<Exclude<FlagGroup, 'lists'>, readonly string[]>> = {
  what: ['recover', 'include', 'exclude', 'timeRange', 'mf', 'u', 'f', 'dryRun'],
  how: ['j', 'p', 'threshold', 'ps', 'payer'],
  checks: ['vlength', 'vmd5'],
  where: ['tempFileDir', 'cpd'],
}

/** The flags of `cp` that have an effect and belong to the group, in the order of the help. */
export function flagsOfGroup(group: FlagGroup): readonly FlagSpec[] {
  if (group !== 'lists') {
    const names = members[group]
    return names.flatMap((name) => workingFlags.filter((flag) => flag.name === name))
  }
  const others = Object.values(members).flat()
  return workingFlags.filter((flag) => !others.includes(flag.name))
}
