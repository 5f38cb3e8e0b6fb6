'use client'
import { Dialog } from '@repo/ui/dialog'
import { Kbd } from '@repo/ui/kbd'
import { shortcutList } from './shortcuts.ts'

export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl>
        {shortcutList.map(({ keys, does }) => (
          <div key={does} className="flex items-center justify-between border-line border-t py-2 first:border-t-0">
            <dt>{does}</dt>
            <dd className="flex gap-1 text-muted">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 flex items-center gap-1 text-muted">
        <Kbd>Ctrl</Kbd> <Kbd>K</Kbd> or <Kbd>⌘</Kbd> <Kbd>K</Kbd> finds all of it by name.
      </p>
      <p className="mt-3 text-12 text-muted">They rest while you type, and can be switched off in the settings.</p>
    </Dialog>
  )
}
