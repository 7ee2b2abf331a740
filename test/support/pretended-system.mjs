// @ts-check
/** Preloaded into a run of the tool: has it take this system for the one that PRETENDED_SYSTEM names. */

// oxlint-disable-next-line node/no-process-env -- there is no other way to tell a preloaded module
Object.defineProperty(process, 'platform', { value: process.env['PRETENDED_SYSTEM'] })
