// Runs a program in the foreground and passes on the signals that are meant to stop it.
import { spawn } from 'node:child_process'
import { root } from './bootstrap.mjs'

/**
 * Resolves to the exit code. The program is in a group of its own, so that Ctrl-C in a terminal reaches it once, by us,
 * and not by the terminal as well.
 */
export function runInForeground(command, words, options = {}) {
  const child = spawn(command, words, { cwd: root, stdio: 'inherit', detached: true, ...options })
  stopWithLauncher(child)
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name))
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`betteruptime: ${error.message}\n`)
      resolve(1)
    })
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)))
  })
}

/**
 * A package manager runs us in a shell, and when it is told to stop, it tells the shell alone: so when our parent goes,
 * we go. Whoever starts us without one may go away before us.
 */
function stopWithLauncher(child) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 250).unref()
}
