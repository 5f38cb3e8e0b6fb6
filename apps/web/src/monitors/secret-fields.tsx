import { Button } from '@repo/ui/button'
import { controlClass, Field, TextField } from '@repo/ui/field'
import { msg, t } from '@repo/ui/words'
import type { DraftErrors, MonitorDraft } from './monitor-draft.ts'
import type { KeptSecret, SecretFate } from './secret-draft.ts'

interface SecretFieldsProps {
  draft: MonitorDraft
  errors: DraftErrors
  onChange: (part: Partial<MonitorDraft>) => void
}

/** What belongs together begins a line of its own. */
const together = 'grid gap-4 sm:col-span-2 sm:grid-cols-2'

/** What is sent along that nobody but the target may see: what there is, and what is to be added. */
export function SecretFields({ draft, errors, onChange }: SecretFieldsProps) {
  const decide = (id: string, fate: SecretFate | undefined) => {
    const { [id]: _before, ...others } = draft.fates
    onChange({ fates: fate ? { ...others, [id]: fate } : others })
  }
  const hasAuth = draft.kept.some(({ id }) => id === 'auth') && draft.fates.auth?.kind !== 'removed'
  return (
    <>
      {draft.kept.length > 0 && (
        <section aria-label={t('Secrets')} className="sm:col-span-2">
          <h3 className="text-13 font-medium">{t('Secrets')}</h3>
          <p className="mt-0.5 mb-2 text-12 text-muted">
            {t('Kept sealed, and never shown again: each can be replaced or removed.')}
          </p>
          <ul className="border-line border-t">
            {draft.kept.map((secret) => (
              <li key={secret.id} className="border-line border-b py-2">
                <Kept secret={secret} fate={draft.fates[secret.id]} onDecide={(fate) => decide(secret.id, fate)} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {draft.isWebsite && (
        <>
          <div className={together}>
            <HeaderFields draft={draft} errors={errors} onChange={onChange} />
          </div>
          {!hasAuth && (
            <div className={together}>
              <AuthFields draft={draft} errors={errors} onChange={onChange} />
            </div>
          )}
        </>
      )}
    </>
  )
}

const names = {
  header: msg('Header {name}'),
  basic: msg('User name and password'),
  bearer: msg('Bearer token'),
  'api-key': msg('API key {name}'),
  proxy: msg('Login of the proxy'),
  certificate: msg('Key of the client certificate'),
  body: msg('Body of the request'),
  other: msg('What is sent'),
} as const

interface KeptProps {
  secret: KeptSecret
  fate: SecretFate | undefined
  onDecide: (fate: SecretFate | undefined) => void
}

/** A secret that is there, as dots that say nothing of it, or what is to become of it. */
function Kept({ secret, fate, onDecide }: KeptProps) {
  const { id, what, paths, isRemovable } = secret
  const name = t(names[what], { name: secret.name })
  return (
    <fieldset aria-label={name} className="flex min-w-0 flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <p className="min-w-0 text-13 [overflow-wrap:anywhere]">
          {name}
          <span className="ml-2 text-muted">{fate === undefined ? <Masked /> : t(outlook[fate.kind])}</span>
        </p>
        <span className="flex gap-1">
          {fate === undefined ? (
            <>
              <Button look="quiet" onClick={() => onDecide({ kind: 'replaced', values: {} })}>
                {t('Replace')}
              </Button>
              {isRemovable && (
                <Button look="quiet" onClick={() => onDecide({ kind: 'removed' })}>
                  {t('Remove')}
                </Button>
              )}
            </>
          ) : (
            <Button look="quiet" onClick={() => onDecide(undefined)}>
              {t('Keep it')}
            </Button>
          )}
        </span>
      </div>
      {fate?.kind === 'replaced' &&
        paths.map((path) => (
          <NewValue
            key={path}
            id={`secret-${id}-${path}`.replaceAll('.', '-')}
            path={path}
            value={fate.values[path] ?? ''}
            onChange={(value) => onDecide({ ...fate, values: { ...fate.values, [path]: value } })}
          />
        ))}
    </fieldset>
  )
}

const outlook = {
  replaced: msg('is replaced when this is saved'),
  removed: msg('is removed when this is saved'),
} as const

function Masked() {
  return (
    <>
      <span aria-hidden="true" className="num">
        ••••••••
      </span>
      <span className="sr-only">{t('is set')}</span>
    </>
  )
}

function NewValue({
  id,
  path,
  value,
  onChange,
}: {
  id: string
  path: string
  value: string
  onChange: (value: string) => void
}) {
  const label = path.endsWith('username') ? t('New user name') : t('New value')
  if (path === 'body' || path.endsWith('.key'))
    return (
      <Field id={id} label={label}>
        <textarea
          id={id}
          value={value}
          spellCheck={false}
          onChange={(event) => onChange(event.currentTarget.value)}
          className={`num h-24 py-2 ${controlClass(false)}`}
        />
      </Field>
    )
  return (
    <TextField
      id={id}
      type={path.endsWith('username') ? 'text' : 'password'}
      label={label}
      hint={t('Left empty, the old one stays.')}
      autoComplete="new-password"
      className="num"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function HeaderFields({ draft, errors, onChange }: SecretFieldsProps) {
  return (
    <>
      <TextField
        id="monitor-header-name"
        label={t('Header to send along')}
        autoComplete="off"
        spellCheck={false}
        className="num"
        placeholder="X-Token"
        value={draft.headerName}
        onChange={(event) => onChange({ headerName: event.currentTarget.value })}
        error={errors.headerName}
      />
      <TextField
        id="monitor-header-value"
        type="password"
        label={t('Its value')}
        hint={t('Kept sealed, and never shown again.')}
        autoComplete="new-password"
        className="num"
        value={draft.headerValue}
        onChange={(event) => onChange({ headerValue: event.currentTarget.value })}
        error={errors.headerValue}
      />
    </>
  )
}

const ways = [
  { value: 'none', text: msg('nothing') },
  { value: 'basic', text: msg('user name and password') },
  { value: 'bearer', text: msg('bearer token') },
] as const

/** How the check logs in. */
function AuthFields({ draft, errors, onChange }: SecretFieldsProps) {
  const { authKind } = draft
  return (
    <>
      <Field id="monitor-auth" label={t('Logs in with')}>
        <select
          id="monitor-auth"
          value={authKind}
          onChange={(event) => onChange({ authKind: event.currentTarget.value as MonitorDraft['authKind'] })}
          className={controlClass(false)}
        >
          {ways.map(({ value, text }) => (
            <option key={value} value={value}>
              {t(text)}
            </option>
          ))}
        </select>
      </Field>
      {authKind === 'basic' && (
        <TextField
          id="monitor-auth-user"
          label={t('User name')}
          autoComplete="off"
          className="num"
          value={draft.authUser}
          onChange={(event) => onChange({ authUser: event.currentTarget.value })}
          error={errors.authUser}
        />
      )}
      {authKind !== 'none' && (
        <TextField
          id="monitor-auth-secret"
          type="password"
          label={authKind === 'basic' ? t('Password') : t('Token')}
          hint={t('Kept sealed, and never shown again.')}
          autoComplete="new-password"
          className="num"
          value={draft.authSecret}
          onChange={(event) => onChange({ authSecret: event.currentTarget.value })}
          error={errors.authSecret}
        />
      )}
    </>
  )
}
