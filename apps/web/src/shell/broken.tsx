'use client'
import { Button } from '@repo/ui/button'
import { t } from '@repo/ui/words'
import { Component, type ReactNode } from 'react'

/** Holds up what one screen throws, so that the way to the others stays. With another `key` it begins anew. */
export class Unbroken extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === undefined) return this.props.children
    return <Broken message={error instanceof Error ? error.message : String(error)} />
  }
}

function Broken({ message }: { message: string }) {
  return (
    <div role="alert" className="flex max-w-160 flex-col gap-4 pt-16">
      <h1 className="text-28 font-bold tracking-[-0.02em]">{t('This screen broke.')}</h1>
      <p className="text-muted">
        {t('The fault is ours. Checks and alerts go on without it, and the other screens work. What it said:')}
      </p>
      <p className="num text-13 [overflow-wrap:anywhere]">{message}</p>
      <p>
        <Button look="primary" onClick={() => location.reload()}>
          {t('Load the page again')}
        </Button>
      </p>
    </div>
  )
}
