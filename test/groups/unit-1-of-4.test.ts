import { importUnitTests } from '../support/unit-group.ts'

await importUnitTests({ from: 0, of: 4 })
