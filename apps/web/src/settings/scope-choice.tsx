'use client'
import { type Access, type Resource, resources, type Scope } from '@repo/domain/scope'
import { msg, t } from '@repo/ui/words'

const resourceNames: Record<Resource, string> = {
  monitors: msg('Monitors'),
  incidents: msg('Incidents'),
  pages: msg('Status pages'),
  members: msg('Members'),
  keys: msg('API keys'),
  audit: msg('Audit log'),
  workspace: msg('Workspace'),
}

interface ScopeChoiceProps {
  chosen: readonly Scope[]
  error: string | undefined
  onChange: (chosen: readonly Scope[]) => void
}

/** One choice for each kind of thing; who may write may read. */
export function ScopeChoice({ chosen, error, onChange }: ScopeChoiceProps) {
  const set = (resource: Resource, access: Access | '') => {
    const others = chosen.filter((scope) => !scope.startsWith(`${resource}:`))
    onChange(access ? [...others, `${resource}:${access}`] : others)
  }
  return (
    <div>
      <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2">
        {resources.map((resource) => (
          <label key={resource} className="flex items-center justify-between gap-3">
            <span className="text-13">{t(resourceNames[resource])}</span>
            <select
              value={accessOf(chosen, resource)}
              onChange={(event) => set(resource, parseAccess(event.currentTarget.value))}
              className="h-8 w-32 rounded-control border border-control bg-surface px-2 text-13 pointer-coarse:h-11"
            >
              <option value="">{t('no')}</option>
              <option value="read">{t('read')}</option>
              {/* Nobody writes into the log. */}
              {resource !== 'audit' && <option value="write">{t('read and write')}</option>}
            </select>
          </label>
        ))}
      </div>
      {error && (
        <p role="alert" className="mt-1.5 text-13 text-down-fg">
          {error}
        </p>
      )}
    </div>
  )
}

function accessOf(chosen: readonly Scope[], resource: Resource): Access | '' {
  if (chosen.includes(`${resource}:write`)) return 'write'
  return chosen.includes(`${resource}:read`) ? 'read' : ''
}

function parseAccess(text: string): Access | '' {
  return text === 'read' || text === 'write' ? text : ''
}
