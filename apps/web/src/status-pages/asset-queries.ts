import type { domainCheckSchema } from '@repo/contracts/page-assets'
import type { StatusPage } from '@repo/contracts/status-pages'
import { request } from '../api/request.ts'
import { pathOf } from './page-queries.ts'

/** What belongs to a page and is no part of its draft: each is set at once. */

export type DomainCheck = ReturnType<typeof domainCheckSchema.parse>

export const setPagePassword = (id: string, password: string) =>
  request<StatusPage>(`${pathOf(id)}/password`, { method: 'PUT', body: { password } })
export const removePagePassword = (id: string) => request<StatusPage>(`${pathOf(id)}/password`, { method: 'DELETE' })

export const setLogo = (id: string, file: Blob) => request<StatusPage>(logoPath(id), { method: 'PUT', file })
export const removeLogo = (id: string) => request<StatusPage>(logoPath(id), { method: 'DELETE' })
export const logoPath = (id: string) => `${pathOf(id)}/logo`

export const setDomain = (id: string, domain: string) =>
  request<StatusPage>(`${pathOf(id)}/domain`, { method: 'PUT', body: { domain } })
export const checkDomain = (id: string) => request<DomainCheck>(`${pathOf(id)}/domain/check`, { method: 'POST' })
export const removeDomain = (id: string) => request<StatusPage>(`${pathOf(id)}/domain`, { method: 'DELETE' })
