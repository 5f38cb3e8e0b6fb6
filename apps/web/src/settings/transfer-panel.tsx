'use client'
import { buttonClass } from '@repo/ui/button'
import { FileButton } from '@repo/ui/file-button'
import { Panel } from '@repo/ui/panel'
import { t } from '@repo/ui/words'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { failureText } from '../api/request.ts'
import { exportPath, type Import, tryImport } from '../api/transfer-queries.ts'
import { ImportDialog } from './import-dialog.tsx'

/** As much as the API takes of one request. */
const MAX_BYTES = 1_048_576

/** The workspace as a file, and a file as monitors of the workspace. */
export function TransferPanel({ name }: { name: string }) {
  const [chosen, setChosen] = useState<Import>()
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (file: File) => tryImport(await readDocument(file)),
    onSuccess: setChosen,
  })
  return (
    <Panel title={t('Export and import')}>
      <p className="text-muted">
        {t(
          'The export has the monitors with their tags, groups, dependencies and maintenance, and no secret. Read into a workspace, it adds what is not there yet.',
        )}
      </p>
      {error && (
        <p role="alert" className="mt-2 text-13 text-down-fg">
          {failureText(error)}
        </p>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        <a href={exportPath} download={`${fileName(name)}.json`} className={buttonClass('secondary')}>
          {t('Export')}
        </a>
        <FileButton
          text={isPending ? t('Reading…') : t('Import a file')}
          accept="application/json,.json"
          disabled={isPending}
          onChoose={(file) => mutate(file)}
        />
      </div>
      {chosen && <ImportDialog plan={chosen} onClose={() => setChosen(undefined)} />}
    </Panel>
  )
}

/** @throws Error what a person is told where the file cannot be an export. */
async function readDocument(file: File): Promise<object> {
  if (file.size > MAX_BYTES) throw new Error(t('This file has more than 1 MB.'))
  const document: unknown = await file
    .text()
    .then((text) => JSON.parse(text))
    .catch(() => undefined)
  if (typeof document !== 'object' || document === null || !('monitors' in document))
    throw new Error(t('This file is no export of a workspace.'))
  return document
}

function fileName(name: string): string {
  return `betteruptime-${name.replace(/[^\p{L}\p{N}]+/gu, '-')}`
}
