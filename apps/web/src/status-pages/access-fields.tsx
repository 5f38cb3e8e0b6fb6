'use client'
import type { PageAccess } from '@repo/contracts/status-pages'
import { controlClass, Field } from '@repo/ui/field'
import { Panel } from '@repo/ui/panel'
import { RadioGroup } from '@repo/ui/radio-group'
import { t } from '@repo/ui/words'
import type { SettingsProps } from './page-settings.tsx'
import { errorAt } from './use-save-page.ts'

const begun: Readonly<Record<PageAccess['kind'], PageAccess>> = {
  public: { kind: 'public' },
  password: { kind: 'password' },
  email: { kind: 'email', domains: [] },
  ip: { kind: 'ip', ranges: [] },
}

/** For whom the page is, once it is published. */
export function AccessFields({ content, onChange, errors }: SettingsProps) {
  const { access } = content
  const set = (next: PageAccess) => onChange({ ...content, access: next })
  return (
    <Panel title={t('Who may see it')}>
      <div className="flex flex-col gap-4">
        <RadioGroup
          look="rows"
          legend={t('Who may see it')}
          isLegendHidden
          value={access.kind}
          onChange={(kind) => set(begun[kind])}
          options={[
            { value: 'public', text: t('Everybody') },
            {
              value: 'password',
              text: t('Whoever knows its password'),
              note: t('It is set on its own, and shown to nobody.'),
            },
            { value: 'email', text: t('People of some e-mail domains'), note: t('Each gets a link by mail.') },
            { value: 'ip', text: t('Whoever comes from some addresses'), note: t('For others there is no such page.') },
          ]}
        />
        {access.kind === 'email' && (
          <Lines
            id="page-domains"
            label={t('Domains, one a line')}
            lines={access.domains}
            error={errorAt(errors, 'content.access.domains')}
            onChange={(domains) => set({ kind: 'email', domains })}
          />
        )}
        {access.kind === 'ip' && (
          <Lines
            id="page-ranges"
            label={t('Addresses or ranges, one a line')}
            lines={access.ranges}
            error={errorAt(errors, 'content.access.ranges')}
            onChange={(ranges) => set({ kind: 'ip', ranges })}
          />
        )}
      </div>
    </Panel>
  )
}

interface LinesProps {
  id: string
  label: string
  lines: readonly string[]
  error: string | undefined
  onChange: (lines: string[]) => void
}

function Lines({ id, label, lines, error, onChange }: LinesProps) {
  return (
    <Field id={id} label={label} error={error}>
      <textarea
        id={id}
        rows={4}
        spellCheck={false}
        defaultValue={lines.join('\n')}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-note` : undefined}
        onChange={(event) =>
          onChange(
            event.currentTarget.value
              .split('\n')
              .map((line) => line.trim())
              .filter((line) => line !== ''),
          )
        }
        className={`${controlClass(Boolean(error))} num h-auto! py-2`}
      />
    </Field>
  )
}
