import { useQuery, type QueryClient } from '@tanstack/react-query'
import { answer, client, holdToken } from '../api/client'
import { holdZone } from '../app/numbers'

export const SESSION = ['session'] as const

export interface User {
  email: string
  name: string
  role: 'owner' | 'marketer' | 'analyst' | 'viewer'
  allows: string[]
  csrf_token: string
  timezone: string
}

export interface Session {
  signed_in: boolean
  has_owner: boolean
  user: User | null
}

/** Who is signed in here, looked up once and again when a request finds nobody. */
export function useSession() {
  return useQuery({
    queryKey: SESSION,
    staleTime: Infinity,
    queryFn: async (): Promise<Session> => {
      const found = (await answer(client.GET('/api/v1/session'))) as unknown as Session
      if (found.user) {
        holdToken(found.user.csrf_token)
        holdZone(found.user.timezone)
      }
      return found
    },
  })
}

/** Whether who is here may do what needs `allowance`: what they may not do is not offered. */
export function useMay(allowance: 'read' | 'manage' | 'reach' | 'admin'): boolean {
  return useSession().data?.user?.allows.includes(allowance) ?? false
}

export async function signOut(queries: QueryClient): Promise<void> {
  await answer(client.DELETE('/api/v1/session'))
  holdToken('')
  queries.clear()
}
