'use client'
import { type Catalogue, type Language, languages, speak } from '@repo/ui/words'
import { Fragment, type ReactNode, useEffect, useState } from 'react'
import { LANGUAGE_KEY } from './language-script.ts'

export type LanguageChoice = 'system' | Language

export function languageChoice(): LanguageChoice {
  try {
    const stored = localStorage.getItem(LANGUAGE_KEY)
    return stored !== null && isLanguage(stored) ? stored : 'system'
  } catch {
    return 'system'
  }
}

/** Loads the page anew: everything that was said already is said again. */
export function chooseLanguage(choice: LanguageChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(LANGUAGE_KEY)
    else localStorage.setItem(LANGUAGE_KEY, choice)
  } catch {
    return
  }
  location.reload()
}

/**
 * Everything inside speaks the language of `<html lang>`. The built page is English and is taken over as such; where
 * another is asked for, its catalogue is fetched and all is rendered again. Without a catalogue it stays English.
 */
export function Spoken({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>('en')
  useEffect(() => {
    const asked = document.documentElement.lang
    if (!isLanguage(asked) || asked === 'en') return
    loadCatalogue(asked)
      .then((catalogue) => {
        speak(asked, catalogue)
        setLanguage(asked)
      })
      .catch(() => {
        document.documentElement.lang = 'en'
      })
      .finally(() => delete document.documentElement.dataset.words)
  }, [])
  return <Fragment key={language}>{children}</Fragment>
}

function isLanguage(word: string): word is Language {
  return Object.hasOwn(languages, word)
}

/** Whoever waits longer than this reads English. */
const PATIENCE_MS = 4_000

async function loadCatalogue(language: Language): Promise<Catalogue> {
  const answer = await fetch(`/messages/${language}.json`, { signal: AbortSignal.timeout(PATIENCE_MS) })
  if (!answer.ok) throw new Error(`no catalogue of ${language}: ${answer.status}`)
  return await answer.json()
}
