// Runs a program in the foreground and passes on the signals that are meant to stop it.
import { spawn } from 'node:child_process'
import { root } from './bootstrap.mjs'

/**
 * Resolves to the exit code. The program is in a group of its own, so that Ctrl-C in a terminal reaches it once, by us,
 * and not by the terminal as well.
 */
export function runInForeground(command, words, options = {}) {
  const child = spawn(command, words, { cwd: root, stdio: 'inherit', detached: true, ...options })
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`betteruptime: ${error.message}\n`)
      resolve(1)
    })
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
}
