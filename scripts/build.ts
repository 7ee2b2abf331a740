/**
 * Bundles src into dist. Node.js takes most of its start to find and open modules, one after the other:
 * a few files load in half the time of two hundred. What is imported only when it is due stays a file
 * of its own.
 */
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

rmSync(`${root}/dist`, { recursive: true, force: true })
await build({
  absWorkingDir: root,
  // The second one is what other threads run.
  entryPoints: ['src/main.ts', 'src/compose/file-worker.ts'],
  entryNames: '[name]',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.15',
  // Of packages in both forms the one that can be cut down to what is used.
  mainFields: ['module', 'main'],
  // Packages in the old form ask for modules of Node.js by a function that the new form lacks.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  // An optional part of the proxy package, which nobody installs along with it.
  external: ['kerberos'],
  legalComments: 'none',
  logLevel: 'warning',
})
