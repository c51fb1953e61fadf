import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { isOver } from '../workspace/jobs'
import type { CampaignBody, Counts, Foreseen, Kept } from './campaign'

/** Every campaign with its counts; followed closely while one is being sent. */
export function useCampaigns(isSending = false) {
  return useQuery({
    queryKey: ['campaigns'],
    queryFn: () => answer(client.GET('/api/v1/campaigns')),
    select: (found) => found.items as Counts[],
    refetchInterval: (query) => (isSending || query.state.data?.items.some((each) => each.queued > 0) ? 2_000 : false),
  })
}

/** Campaigns as they are written, by name. */
export function useDefinitions() {
  return useQuery({
    queryKey: ['definitions', 'campaign'],
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}', { params: { path: { kind: 'campaign' } } })),
    select: (found) =>
      new Map<string, Kept>(
        found.items.map((each) => [text(each.name), { version: each.version, body: each.body as unknown as CampaignBody }]),
      ),
  })
}

/** Why nothing leaves: somebody holds all sending, or the workspace is a copy of one that may send the same. */
export interface Stopped {
  why: string
  isCopy: boolean
}

export function useStopped() {
  return useQuery({
    queryKey: ['status'],
    queryFn: () => answer(client.GET('/api/v1/status')),
    select: (status): Stopped | null => {
      const why = text(status.fenced) || text(status.sending_held)
      return why ? { why, isCopy: !!status.fenced } : null
    },
  })
}

/** Whether the settings do not say who writes, without which nothing may be sent. */
export function useUnsigned(): boolean {
  const found = useQuery({ queryKey: ['status'], queryFn: () => answer(client.GET('/api/v1/status')) })
  return !!found.data?.unsigned.length
}

/** What sending it now would do. */
export function useForeseen(name: string, enabled = true) {
  const { i18n } = useTranslation()
  return useQuery({
    queryKey: ['foreseen', name, i18n.language],
    enabled,
    queryFn: (): Promise<Foreseen> =>
      answer(client.GET('/api/v1/campaigns/{name}/foreseen', { params: { path: { name } } })),
  })
}

/** The job that sends a campaign now, whoever began it and wherever. */
export function useSending(name: string) {
  return useQuery({
    queryKey: ['sending', name],
    queryFn: async () => {
      const found = await answer(client.GET('/api/v1/jobs', { params: { query: { limit: 20 } } }))
      const mine = found.items.find((job) => job.kind === 'send' && job.asked.campaign === name)
      return mine && !isOver(mine) ? mine : null
    },
    refetchInterval: (query) => (query.state.data ? 1_000 : 5_000),
  })
}
