import { accessSync, constants, mkdirSync } from 'node:fs'

/** Makes the data directory where it is missing. @throws Error in one line where it cannot be written to. */
export function openDataDirectory(path: string): void {
  try {
    // Others may pass through, for PostgreSQL may run as another user; they can read nothing.
    mkdirSync(path, { recursive: true, mode: 0o711 })
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const why = reasons[(cause as NodeJS.ErrnoException).code ?? ''] ?? (cause as Error).message
    throw new Error(`cannot keep data in ${path}: ${why}; choose another directory with --data`, { cause })
  }
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of the path is a file',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
}
