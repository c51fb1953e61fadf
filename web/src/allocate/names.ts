import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'

export const PRINCIPLES = ['value', 'preference', 'capability'] as const
export type Principle = (typeof PRINCIPLES)[number]

export function useRegister() {
  const { i18n } = useTranslation()
  return useQuery({ queryKey: ['channels', i18n.language], queryFn: () => answer(client.GET('/api/v1/channels')) })
}

/** What segments, or the parts of the segmentation `by`, and channels are called. */
export function useNames(by: string) {
  const { i18n } = useTranslation()
  const register = useRegister()
  const parts = useQuery({
    queryKey: ['segmentation', by, i18n.language],
    enabled: by !== 'rules',
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/segmentations/{name}', { params: { path: { name: by }, query: { personas: false } } })),
  })
  const rules = useQuery({
    queryKey: ['segments', i18n.language],
    enabled: by === 'rules',
    queryFn: () => answer(client.GET('/api/v1/segments')),
  })
  const segments = new Map(
    by === 'rules'
      ? (rules.data?.items ?? []).map((each) => [text(each.name), text(each.label)])
      : (parts.data?.parts ?? []).map((each) => [text(each.segment), text(each.name)]),
  )
  const channels = new Map((register.data?.items ?? []).map((each) => [text(each.channel), text(each.label)]))
  return {
    segment: (key: string) => segments.get(key) || key,
    channel: (key: string) => channels.get(key) || key,
  }
}
