#!/usr/bin/env node
'use strict'
const { homedir } = require('node:os')
const { join } = require('node:path')
const { createChunkLoader } = require('../dist/chunk-loader.js')

const { main } = createChunkLoader(join(__dirname, '../dist'), require).load('main.js')

const world = {
  words: process.argv.slice(2),
  environment: process.env,
  workingFolder: process.cwd(),
  homeFolder: homedir(),
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  umask: process.umask(),
}
// Should it ever end without a word, that is no success.
process.exitCode = 255
void main(world).then((exitCode) => {
  process.exitCode = exitCode
})
