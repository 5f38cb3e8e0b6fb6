'use client'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { t } from '@repo/ui/words'
import { signOutAndLeave } from '../api/leave.ts'
import { failureText } from '../api/request.ts'
import { chooseWorkspace, createWorkspace } from '../api/workspace-queries.ts'
import { useForm } from '../form/use-form.ts'
import { DeletedWorkspaces } from '../settings/deleted-workspaces.tsx'
import { notify } from './notices.tsx'

/** Somebody left their last workspace, was taken out of it, or it was deleted. */
export function NoWorkspace() {
  const { props, isBusy, errors } = useForm({
    fields: ['name'],
    needed: { name: t('A name is required.') },
    submit: async ({ name = '' }) => {
      await chooseWorkspace((await createWorkspace(name.trim())).id)
      location.assign('/')
    },
  })
  return (
    <div className="flex max-w-120 flex-col gap-4 pt-16">
      <h1 className="text-28 font-bold tracking-[-0.02em]">{t('You are in no workspace.')}</h1>
      <p className="text-muted">{t('Ask somebody for an invitation, or begin with a workspace of your own.')}</p>
      <DeletedWorkspaces />
      <form {...props} className="flex items-start gap-2">
        <div className="min-w-0 grow">
          <TextField
            id="workspace-name"
            name="name"
            label={t('Name of the workspace')}
            autoComplete="off"
            maxLength={100}
            required
            error={errors.name ?? errors.form}
          />
        </div>
        <Button type="submit" look="primary" className="mt-6 h-9" disabled={isBusy}>
          {isBusy ? t('Creating…') : t('Create it')}
        </Button>
      </form>
      <p>
        <Button
          onClick={() =>
            void signOutAndLeave().catch((error: unknown) =>
              notify(t('Not signed out. {reason}', { reason: failureText(error) }), { failed: true }),
            )
          }
        >
          {t('Sign out')}
        </Button>
      </p>
    </div>
  )
}
