/**
 * Bundles src into dist. Node.js takes most of its start to find and open modules, one after the other:
 * a few files load in half the time of two hundred. What is imported only when it is due stays a file
 * of its own. The man page is made of the same sources, and so lies there too.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { linkChunks } from './link-chunks.ts'
import { formatManPage } from './man/page.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * commander starts other programs for subcommands that have one. Ours have none, and what it would need for
 * that is a tenth of the start.
 */
const withoutChildProcesses: Plugin = {
  name: 'without-child-processes',
  setup(builds) {
    builds.onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) =>
      importer.includes('/node_modules/commander/')
        ? { path: 'none', namespace: 'none' }
        : undefined,
    )
    builds.onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }))
  },
}

const { outputFiles } = await build({
  absWorkingDir: root,
  // The second one is what other threads run, the third one what loads the first.
  entryPoints: ['src/main.ts', 'src/compose/file-worker.ts', 'src/chunk-loader.ts'],
  entryNames: '[name]',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node20.15',
  // Of packages in both forms the one that can be cut down to what is used.
  mainFields: ['module', 'main'],
  // An optional part of the proxy package, which nobody installs along with it.
  external: ['kerberos'],
  define: { 'import.meta.url': 'ownUrl' },
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [withoutChildProcesses],
})
rmSync(`${root}/dist`, { recursive: true, force: true })
mkdirSync(`${root}/dist`)
const ownUrl = "const ownUrl = require('node:url').pathToFileURL(__filename).href;"
// Only the new form can be split, and only the old one starts without the loader of the new one.
const chunks = linkChunks(new Map(outputFiles.map(({ path, text }) => [basename(path), text])))
for (const [name, text] of chunks) {
  const banner = `'use strict'; ${text.includes('ownUrl') ? ownUrl : ''}`
  writeFileSync(`${root}/dist/${name}`, `${banner}\n${text}`)
}
writeFileSync(`${root}/dist/package.json`, '{ "type": "commonjs" }\n')

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(`${root}/package.json`, 'utf8'),
)
const exampleConfig = readFileSync(`${root}/.obsutilconfig.example`, 'utf8')
writeFileSync(`${root}/dist/obsutil.1`, formatManPage({ version: manifest.version, exampleConfig }))
const keeper = fileURLToPath(new URL('code-cache.ts', import.meta.url))
execFileSync(process.execPath, ['--import', 'tsx', keeper, `${root}/dist`], { stdio: 'inherit' })
