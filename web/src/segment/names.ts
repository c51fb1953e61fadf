import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'

/** What people call the parts of a segmentation; the names of commands until that is known. */
export function useSegmentNames(segmentation: string | null): (name: string) => string {
  const { i18n } = useTranslation()
  const { data } = useQuery({
    queryKey: ['segmentation names', segmentation, i18n.language],
    enabled: segmentation !== null,
    staleTime: 60_000,
    retry: false,
    queryFn: async () => {
      const path = { name: segmentation ?? '' }
      const found = await answer(client.GET('/api/v1/segmentations/{name}', { params: { path, query: { personas: false } } }))
      const parts = 'parts' in found && Array.isArray(found.parts) ? (found.parts as { segment: string; name: string }[]) : []
      return new Map(parts.map((each) => [text(each.segment), text(each.name)]))
    },
  })
  return useCallback((name: string) => data?.get(name) ?? name, [data])
}

/** What people call the segments that are kept; the names of commands until that is known. */
export function useSegmentLabels(): (name: string) => string {
  const { i18n } = useTranslation()
  const { data } = useQuery({ queryKey: ['segments', i18n.language], queryFn: () => answer(client.GET('/api/v1/segments')) })
  return useCallback((name: string) => text(data?.items.find((each) => text(each.name) === name)?.label) || name, [data])
}
