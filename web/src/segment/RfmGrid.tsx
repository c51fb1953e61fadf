import { useQuery } from '@tanstack/react-query'
import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { Heat } from '../app/Heat'
import { decimal, share, whole } from '../app/numbers'

type Grid = Schemas['GridShown']

export function useGrid() {
  const { i18n } = useTranslation()
  return useQuery({ queryKey: ['rfm', i18n.language], queryFn: () => answer(client.GET('/api/v1/rfm')) })
}

/** Everybody of a recency and a frequency score, whatever their money. */
export function pairOf(grid: Grid, recency: number, frequency: number) {
  const here = grid.cells.filter((each) => each.recency === recency && each.frequency === frequency)
  return {
    recency,
    frequency,
    customers: here.reduce((sum, each) => sum + each.customers, 0),
    revenue: here.reduce((sum, each) => sum + (each.revenue ?? 0), 0),
    parts: [...new Set(here.map((each) => text(each.segment)))],
  }
}

export const tilesOf = (grid: Grid) => Math.max(...grid.ranges.map((each) => each.score), 1)

/** Recency against frequency: how many stand in each cell; a cell is chosen by its address. */
export function RfmGrid({ chosen, choose }: { chosen?: string; choose: (cell: string) => void }) {
  const { t } = useTranslation()
  const found = useGrid()
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const grid = found.data
  if (!grid.with_orders) return null
  const tiles = tilesOf(grid)
  const scores = Array.from({ length: tiles }, (_, place) => place + 1)
  const pairs = scores.flatMap((recency) => scores.map((frequency) => pairOf(grid, recency, frequency)))
  const most = Math.max(...pairs.map((each) => each.customers), 1)
  const range = (dimension: string, score: number) => {
    const held = grid.ranges.find((each) => text(each.dimension) === dimension && each.score === score)
    if (!held || held.low === null || held.high === null) return ''
    return held.low === held.high ? decimal(held.low) : `${decimal(held.low)}–${decimal(held.high)}`
  }
  return (
    <Figure
      title={t('rfm.title')}
      words={grid.finding.map(text)}
      rows={pairs}
      columns={[
        { title: t('rfm.recency'), dataIndex: 'recency', align: 'right' },
        { title: t('rfm.frequency'), dataIndex: 'frequency', align: 'right' },
        { title: t('segments.size'), dataIndex: 'customers', align: 'right', render: whole },
        { title: t('segmentations.revenue'), dataIndex: 'revenue', align: 'right', render: (n: number) => whole(Math.round(n)) },
      ]}
    >
      <Heat
        label={t('rfm.title')}
        corner={`${t('rfm.recency')} ↓ · ${t('rfm.frequency')} →`}
        columns={scores.map((score) => [String(score), range('frequency', score) && `(${range('frequency', score)})`].join(' ').trim())}
        rows={[...scores].reverse().map((recency) => ({
          key: String(recency),
          label: (
            <>
              {recency}{' '}
              {range('recency', recency) && <small style={{ fontWeight: 400 }}>{t('rfm.days', { range: range('recency', recency) })}</small>}
            </>
          ),
          cells: scores.map((frequency) => {
            const pair = pairOf(grid, recency, frequency)
            const key = `${recency}-${frequency}`
            return {
              said: whole(pair.customers),
              about: t('rfm.cell', { recency, frequency, n: whole(pair.customers), share: share(pair.customers / grid.customers) }),
              strength: pair.customers / most,
              isChosen: chosen === key,
              choose: () => choose(key),
            }
          }),
        }))}
      />
    </Figure>
  )
}
