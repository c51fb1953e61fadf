import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import type { Dimension } from './figures'

interface Asked {
  days: number
  kpi?: string
  by?: Exclude<Dimension, 'period'>
  of?: string
}

/** Key figures of the last days beside those of as many days before. */
export function useComparison({ days, kpi, by, of }: Asked) {
  const { i18n } = useTranslation()
  return useQuery({
    queryKey: ['comparison', days, kpi, by, of, i18n.language],
    queryFn: () =>
      answer(
        client.GET('/api/v1/kpis/comparison', {
          params: { query: { days, name: kpi ? [kpi] : null, by: by ? [by] : null, segmentation: by === 'segment' ? (of ?? null) : null } },
        }),
      ),
  })
}
