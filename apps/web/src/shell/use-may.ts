'use client'
import { isAtLeast, type Role } from '@repo/domain/role'
import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../api/queries.ts'

/**
 * Whether the role of whoever looks may do what the wanted one may; what they may not is not offered. Until the role is
 * known it counts as enough: the server decides in any case, and most people may.
 */
export function useMay(wanted: Role): boolean {
  const { data: session } = useQuery(sessionQuery)
  return session === undefined || isAtLeast(session.workspace.role, wanted)
}
