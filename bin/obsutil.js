#!/usr/bin/env node
import { homedir } from 'node:os'
import { main } from '../dist/main.js'

process.exitCode = await main({
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
})
