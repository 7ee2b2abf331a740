import { importUnitTests } from '../support/unit-group.ts'

await importUnitTests({ from: 1, of: 4 })
