import { importUnitTests } from '../support/unit-group.ts'

await importUnitTests({ from: 3, of: 4 })
