import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client } from '../../api/client'
import { useQuiet } from '../../app/quiet'
import type { Plan } from '../campaign'
import { plannable, type Draft } from './draft'

/** The plan of a draft, which follows it while it is made. */
export function usePlan(draft: Draft) {
  const { i18n } = useTranslation()
  const wanted = plannable(draft)
  const asked = useQuiet(wanted)
  const found = useQuery<Plan>({
    queryKey: ['draft plan', asked, i18n.language],
    enabled: asked !== null,
    placeholderData: keepPreviousData,
    retry: false,
    refetchInterval: (query) => (query.state.error instanceof Problem && query.state.error.code === 'not_ready' ? 2_000 : false), // until its segments are computed
    queryFn: ({ signal }) =>
      answer(client.POST('/api/v1/campaigns/plan', { body: { definition: asked as Record<string, unknown> }, signal })),
  })
  return { ...found, isBehind: JSON.stringify(asked) !== JSON.stringify(wanted) || found.isFetching }
}
