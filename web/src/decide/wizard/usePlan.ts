import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../../api/client'
import { useQuiet } from '../../app/quiet'
import { plannable, type Draft } from './draft'

/** The plan of a draft, which follows it while it is made. */
export function usePlan(draft: Draft) {
  const { i18n } = useTranslation()
  const wanted = plannable(draft)
  const asked = useQuiet(wanted)
  const found = useQuery({
    queryKey: ['draft plan', asked, i18n.language],
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) =>
      answer(client.POST('/api/v1/campaigns/plan', { body: { definition: asked as Record<string, unknown> }, signal })),
  })
  return { ...found, isBehind: JSON.stringify(asked) !== JSON.stringify(wanted) || found.isFetching }
}
