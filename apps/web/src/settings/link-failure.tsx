'use client'
import { t } from '@repo/ui/words'
import { FormAlert } from '../account/frame.tsx'
import { useSearchParam } from '../navigation.ts'

/** The organisation's login leads back here whether or not it was linked; where it was not, the address says why. */
export function LinkFailure() {
  const [code] = useSearchParam('error')
  return code ? <FormAlert>{failureOf(code)}</FormAlert> : null
}

function failureOf(code: string): string {
  switch (code) {
    case 'identity_taken':
      return t('This login opens another account already. It is not linked.')
    case 'identity_set':
      return t('Your account has a login of this organisation already. Unlink it first.')
    case 'gone':
      return t('That took too long. Link it again.')
    case 'unavailable':
      return t('The login of your organisation does not answer. Try again later.')
    default:
      return t('The login of your organisation did not let you in. It is not linked.')
  }
}
