'use client'
import { Mark } from '@repo/ui/mark'
import { t } from '@repo/ui/words'
import { type ReactNode, useEffect } from 'react'
import { holdTitle } from '../shell/hold-title.ts'
import { Skyline } from './skyline.tsx'

/** The page of whoever is not signed in: one column, and the skyline at its foot. */
export function AccountFrame({ title, children }: { title: string; children: ReactNode }) {
  // The page was built with its title in English, which is what its language knows it by.
  useEffect(() => holdTitle(t<string>(document.title)), [])
  return (
    <main className="relative flex min-h-dvh flex-col overflow-hidden">
      <div className="z-10 mx-auto flex w-full max-w-100 grow flex-col justify-center px-6 pt-10 pb-40">
        <p className="mb-10 flex items-center gap-2.5 font-bold">
          <Mark />
          BetterUptime
        </p>
        <h1 className="mb-6 text-28 font-bold tracking-[-0.02em] text-pretty [overflow-wrap:anywhere]">{title}</h1>
        {children}
      </div>
      <Skyline />
    </main>
  )
}

export function FormAlert({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="rounded-control border border-down-fg/60 bg-down-tint px-3 py-2 text-down-fg">
      {children}
    </p>
  )
}

export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} className="hit-area inline-block min-h-6 font-medium text-accent underline underline-offset-2">
      {children}
    </a>
  )
}
