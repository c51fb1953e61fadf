import { useQuery } from '@tanstack/react-query'
import { Empty, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Bars } from '../app/Bars'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { useComparison } from './comparing'
import { changed, written, type Dimension } from './figures'

type Change = Schemas['KpiChange']

interface Asked {
  by: Exclude<Dimension, 'period'>
  kpi: string
  days: number
  of?: string
}

/** What the groups are called in the language of the page. */
function useNames({ by, of }: Pick<Asked, 'by' | 'of'>): (key: string) => string {
  const { i18n } = useTranslation()
  const parts = useQuery({
    queryKey: ['segmentation', of, i18n.language],
    enabled: by === 'segment' && !!of,
    queryFn: () => answer(client.GET('/api/v1/segmentations/{name}', { params: { path: { name: of! }, query: { personas: false } } })),
  })
  const segments = useQuery({
    queryKey: ['segments', i18n.language],
    enabled: by === 'segment' && !of,
    queryFn: () => answer(client.GET('/api/v1/segments')),
  })
  const channels = useQuery({ queryKey: ['channels', i18n.language], enabled: by === 'channel', queryFn: () => answer(client.GET('/api/v1/channels')) })
  const names = new Map([
    ...(parts.data?.parts ?? []).map((each): [string, string] => [text(each.segment), text(each.name)]),
    ...(segments.data?.items ?? []).map((each): [string, string] => [text(each.name), text(each.label)]),
    ...(channels.data?.items ?? []).map((each): [string, string] => [text(each.channel), text(each.label)]),
  ])
  return (key) => names.get(key) || key
}

/** One key figure, group by group, with its range and where it stood before. */
export function Groups({ by, kpi, days, of }: Asked) {
  const { t } = useTranslation()
  const called = useNames({ by, of })
  const found = useComparison({ days, kpi, by, of })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { figures, finding } = found.data
  const currency = text(found.data.currency)
  const of_ = (row: Change) => text(row[by]) || t('kpis.none')
  const known = figures.filter((row) => row.value !== null).sort((one, other) => (other.value ?? 0) - (one.value ?? 0))
  const label = figures[0] ? text(figures[0].label) : kpi
  const unit = figures[0] ? text(figures[0].unit) : ''
  const reasons = [...new Set(figures.filter((row) => row.value === null && row.reason).map((row) => text(row.reason)))]
  if (!known.length) return <Empty description={reasons.join(' · ') || t('kpis.nothing')} />
  const amount = (n: number | null) => written(n, unit, currency)
  return (
    <Figure<Change>
      title={t('kpis.grouped', { label, by: t(`kpis.dimensions.${by}`) })}
      words={[...finding.map(text), ...(known.some((row) => row.before !== null) ? [t('kpis.mark')] : [])]}
      rows={figures}
      columns={[
        { title: t(`kpis.dimensions.${by}`), render: (_, row) => called(of_(row)) },
        { title: t('kpis.now'), align: 'right', dataIndex: 'value', render: amount },
        { title: t('kpis.low'), align: 'right', dataIndex: 'low', render: amount },
        { title: t('kpis.high'), align: 'right', dataIndex: 'high', render: amount },
        { title: t('kpis.before'), align: 'right', dataIndex: 'before', render: amount },
        { title: t('kpis.change'), align: 'right', render: (_, row) => changed(row.change, unit) },
        { title: t('kpis.verdict'), render: (_, row) => t(`kpis.verdicts.${text(row.verdict)}`) },
      ]}
    >
      <Bars
        label={label}
        bars={known.slice(0, 25).map((row) => ({
          key: of_(row),
          label: called(of_(row)),
          value: row.value ?? 0,
          said: `${amount(row.value)}${row.change === null ? '' : ` · ${changed(row.change, unit)}`}`,
          low: row.low,
          high: row.high,
          mark: row.before ?? undefined,
        }))}
      />
    </Figure>
  )
}
