import { importUnitTests } from '../support/unit-group.ts'

await importUnitTests({ from: 2, of: 4 })
