import { useQuery } from '@tanstack/react-query'
import { Empty, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { Lines } from '../app/Lines'
import { language } from '../app/words'
import { useComparison } from './comparing'
import { written } from './figures'
import { useTargets } from './KpiTargets'

const month = (at: number) =>
  new Intl.DateTimeFormat(language() === 'zh' ? 'zh-CN' : 'en', { month: 'short', year: '2-digit', timeZone: 'UTC' }).format(at)
const date = (at: number) => new Date(at).toISOString().slice(0, 10)

/** One key figure over time: by month, by week or by day where that shows more. */
export function Periods({ kpi, days }: { kpi: string; days: number }) {
  const { t, i18n } = useTranslation()
  const every = days > 180 ? 'month' : days > 30 ? 'week' : 'day'
  const told = useComparison({ days, kpi })
  const target = useTargets().data?.items.find((each) => each.kpi === kpi && each.every === every)?.target
  const since = told.data?.since
  const found = useQuery({
    queryKey: ['values', kpi, every, since, i18n.language],
    enabled: !!since,
    queryFn: () =>
      answer(client.GET('/api/v1/kpis/values', { params: { query: { name: [kpi], by: ['period'], every, since: `${since}Z` } } })),
  })
  if (told.isError) return <Fault fault={told.error} again={() => void told.refetch()} />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  if (told.isPending || found.isPending) return <Skeleton active />
  const rows = found.data.items
  const { finding } = told.data
  const currency = text(told.data.currency)
  const unit = text(rows[0]?.unit)
  const label = text(rows[0]?.label) || kpi
  const amount = (n: number | null | undefined) => written(n, unit, currency)
  const known = rows.filter((row) => row.value !== null && row.period)
  if (!known.length) return <Empty description={text(rows.find((row) => row.reason)?.reason) || t('kpis.nothing')} />
  const at = (row: (typeof rows)[number]) => Date.parse(`${text(row.period)}Z`)
  const shown = every === 'month' ? month : date
  const partial = known.filter((row) => row.is_partial).map((row) => shown(at(row)))
  return (
    <Figure
      title={t('kpis.over', { label })}
      words={[...finding.map(text), ...(partial.length ? [t('kpis.partial', { which: partial.join(', ') })] : [])]}
      rows={rows}
      columns={[
        { title: t('kpis.dimensions.period'), render: (_, row) => (row.period ? shown(at(row)) : '–') },
        { title: label, align: 'right', dataIndex: 'value', render: amount },
        { title: t('kpis.low'), align: 'right', dataIndex: 'low', render: amount },
        { title: t('kpis.high'), align: 'right', dataIndex: 'high', render: amount },
        { title: t('kpis.why'), dataIndex: 'reason', render: text },
      ]}
    >
      <Lines
        label={label}
        series={[
          { name: label, points: known.map((row) => ({ x: at(row), y: row.value!, low: row.low, high: row.high })) },
          ...(target === undefined ? [] : [{ name: t('kpiTargets.line'), points: known.map((row) => ({ x: at(row), y: target })) }]),
        ]}
        x={shown}
        y={amount}
        xTitle={t('kpis.dimensions.period')}
      />
    </Figure>
  )
}
