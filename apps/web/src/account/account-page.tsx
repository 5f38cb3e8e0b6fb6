'use client'
import { Button } from '@repo/ui/button'
import { TextField } from '@repo/ui/field'
import { Mark } from '@repo/ui/mark'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { failureText, RequestFailed, request } from '../api/request.ts'
import { nextPath } from './next-path.ts'
import { Skyline } from './skyline.tsx'

type Mode = 'signin' | 'signup'

const words = {
  signin: {
    title: 'Sign in',
    submit: 'Sign in',
    busy: 'Signing in…',
    other: 'No account yet?',
    otherLink: 'Create one',
    otherHref: '/signup',
  },
  signup: {
    title: 'Create an account',
    submit: 'Create account',
    busy: 'Creating…',
    other: 'Already have one?',
    otherLink: 'Sign in',
    otherHref: '/signin',
  },
} as const

export function AccountPage({ mode }: { mode: Mode }) {
  const text = words[mode]
  const { submit, isBusy, errors } = useAccountForm(mode)
  const otherHref = useWithSearch(text.otherHref)
  return (
    <main className="relative flex min-h-dvh flex-col overflow-hidden">
      <div className="z-10 mx-auto flex w-full max-w-100 grow flex-col justify-center px-6 pt-10 pb-40">
        <p className="mb-10 flex items-center gap-2.5 font-bold">
          <Mark />
          BetterUptime
        </p>
        <h1 className="mb-6 text-28 font-bold tracking-[-0.02em]">{text.title}</h1>
        <form noValidate onSubmit={submit} className="flex flex-col gap-4">
          {errors.form && (
            <p role="alert" className="rounded-control border border-down-fg/60 bg-down-tint px-3 py-2 text-down-fg">
              {errors.form}
            </p>
          )}
          <TextField
            id="username"
            name="username"
            label="User name"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={64}
            error={errors.username}
          />
          <TextField
            id="password"
            name="password"
            type="password"
            label="Password"
            autoComplete={mode === 'signin' ? 'current-password' : 'new-password'}
            required
            hint={mode === 'signup' ? 'At least 8 characters.' : undefined}
            error={errors.password}
          />
          <Button type="submit" look="primary" disabled={isBusy} className="mt-2 h-10">
            {isBusy ? text.busy : text.submit}
          </Button>
        </form>
        <p className="mt-6 text-muted">
          {text.other}{' '}
          <a href={otherHref} className="inline-block min-h-6 font-medium text-accent underline underline-offset-2">
            {text.otherLink}
          </a>
        </p>
      </div>
      <Skyline />
    </main>
  )
}

type FormErrors = Readonly<Record<string, string>>

function useAccountForm(mode: Mode) {
  const [errors, setErrors] = useState<FormErrors>({})
  const [isBusy, setIsBusy] = useState(false)
  const busy = useRef(false)

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    if (busy.current) return
    const form = new FormData(event.currentTarget)
    const body = { username: String(form.get('username') ?? ''), password: String(form.get('password') ?? '') }
    const missing = findMissing(body)
    setErrors(missing)
    if (Object.keys(missing).length > 0) return focusFirst(missing)
    busy.current = true
    setIsBusy(true)
    try {
      if (mode === 'signup') await request('/users/signup', { method: 'POST', body })
      await request('/users/signin', { method: 'POST', body })
      location.assign(nextPath(location.search, location.origin))
    } catch (error) {
      busy.current = false
      setIsBusy(false)
      const found = errorsOf(error)
      setErrors(found)
      focusFirst(found)
    }
  }

  return { submit: (event: FormEvent<HTMLFormElement>) => void submit(event), isBusy, errors }
}

function findMissing({ username, password }: { username: string; password: string }): FormErrors {
  return {
    ...(username.trim() ? {} : { username: 'A user name is required.' }),
    ...(password ? {} : { password: 'A password is required.' }),
  }
}

function errorsOf(error: unknown): FormErrors {
  const problem = error instanceof RequestFailed ? error.problem : undefined
  const fields = (problem?.errors ?? []).map(({ field, message }) => [
    field,
    message.charAt(0).toUpperCase() + message.slice(1),
  ])
  if (fields.length > 0) return Object.fromEntries(fields)
  if (problem?.code === 'username_taken') return { username: failureText(error) }
  return { form: failureText(error) }
}

function focusFirst(errors: FormErrors): void {
  const name = ['username', 'password'].find((field) => errors[field])
  if (name) document.getElementById(name)?.focus()
}

/** The other page keeps `?next=`; the static page learns of it after it was hydrated. */
function useWithSearch(path: string): string {
  const [search, setSearch] = useState('')
  useEffect(() => setSearch(location.search), [])
  return path + search
}
