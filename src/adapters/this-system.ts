import { platformOf, systemNamed } from '../core/system.ts'

/** The system that this process runs on. Nothing else looks it up, so that rules can be tried for all. */
export const thisSystem = systemNamed(process.platform)

/** Whose paths it has. */
export const thisPlatform = platformOf(thisSystem)
