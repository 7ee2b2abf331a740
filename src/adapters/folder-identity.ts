import { createFolderLooks, type FolderLooks } from './folder-looks.ts'

/** Tells whether two names lead to one file. */
export interface FolderIdentities {
  /**
   * A text that two names of one file have in common and no two files share: the folder by its device
   * and number, and the name; without their cases where the file system tells none apart, and with their
   * accents written in one way where it takes all ways for one. The folder must be there.
   */
  nameOf(folder: string, name: string): Promise<string>
}

/** Folders that are remembered; the items of a list mostly come folder by folder. */
const mostFolders = 1000

/** Looks at each folder once, and asks each file system once what it tells apart. */
export function createFolderIdentities(looks: FolderLooks = createFolderLooks()): FolderIdentities {
  const known = new Map<string, Promise<Identity>>()
  const cases = createAnswers((folder) => looks.tellsCases(folder))
  const accents = createAnswers((folder) => looks.tellsAccents(folder))

  const look = async (folder: string): Promise<Identity> => {
    const { disk, number, path } = await looks.look(folder)
    const tellsCases = await cases.of(disk, folder)
    const withCase = tellsCases ? (name: string) => name : withoutCase
    const spell = async (name: string) => {
      if (isSpelledOneWay(name) || (await accents.of(disk, folder))) return withCase(name)
      return withCase(name.normalize('NFC'))
    }
    // Such file systems may give a folder a number for each case of its name.
    return { id: `${disk}:${tellsCases ? number : await spell(await path())}`, spell, withCase }
  }
  const lookOnce = (folder: string): Promise<Identity> => {
    if (known.size >= mostFolders) known.clear()
    const looking = look(folder)
    known.set(folder, looking)
    // What failed is looked at again for the next file.
    looking.catch(() => known.delete(folder))
    return looking
  }
  return {
    async nameOf(folder, name) {
      const { id, spell, withCase } = await (known.get(folder) ?? lookOnce(folder))
      return `${id}/${isAscii(name) ? withCase(name) : await spell(name)}`
    },
  }
}

interface Identity {
  readonly id: string
  /** Of several names of one file there, one. */
  readonly spell: (name: string) => Promise<string>
  /** The same for names without accents. */
  readonly withCase: (name: string) => string
}

/** Asks each disk once, by one of its folders; what could not be found out is asked again. */
function createAnswers(ask: (folder: string) => Promise<boolean | undefined>) {
  const answers = new Map<string, Promise<boolean | undefined>>()
  return {
    async of(disk: string, folder: string): Promise<boolean> {
      const asked = answers.get(disk) ?? ask(folder)
      answers.set(disk, asked)
      const answer = await asked
      if (answer === undefined && answers.get(disk) === asked) answers.delete(disk)
      return answer ?? true
    },
  }
}

function withoutCase(name: string): string {
  return name.toUpperCase().toLowerCase()
}

function isAscii(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- all of ASCII is meant
  return /^[\u0000-\u007F]*$/.test(name)
}

function isSpelledOneWay(name: string): boolean {
  return isAscii(name) || (name === name.normalize('NFC') && name === name.normalize('NFD'))
}
