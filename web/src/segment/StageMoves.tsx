import { useQuery } from '@tanstack/react-query'
import { Select, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { Flow } from '../app/Flow'
import { day, share, whole } from '../app/numbers'

const DAYS = [30, 90, 180, 365]

/** Who was in which stage before and is in which now. */
export function StageMoves({ name, asOf }: { name: string; asOf: string }) {
  const { t, i18n } = useTranslation()
  const [days, setDays] = useState(90)
  const since = new Date(Date.parse(`${asOf}Z`) - days * 86_400_000).toISOString().slice(0, 19)
  const found = useQuery({
    queryKey: ['moves', name, since, i18n.language],
    retry: false,
    queryFn: () =>
      answer(client.GET('/api/v1/segmentations/{name}/moves', { params: { path: { name }, query: { since: `${since}Z` } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.error instanceof Problem && found.error.status === 409) return <Fault fault={found.error} />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { moves, finding } = found.data
  const names = (side: 'before_name' | 'now_name') => [...new Set(moves.map((each) => text(each[side])))]
  const [before, now] = [names('before_name'), names('now_name')]
  const sizes = before.map((from) =>
    now.map((to) =>
      moves
        .filter((each) => text(each.before_name) === from && text(each.now_name) === to)
        .reduce((sum, each) => sum + each.customers, 0),
    ),
  )
  return (
    <Figure
      title={t('moves.title', { since: day(found.data.since), until: day(found.data.as_of) })}
      words={finding.map(text)}
      rows={moves}
      columns={[
        { title: t('moves.before'), dataIndex: 'before_name', render: text },
        { title: t('moves.now'), dataIndex: 'now_name', render: text },
        { title: t('segments.size'), dataIndex: 'customers', align: 'right', render: whole },
        { title: t('segments.share'), dataIndex: 'share', align: 'right', render: share },
      ]}
      extra={
        <Select
          aria-label={t('moves.since')}
          size="small"
          value={days}
          onChange={setDays}
          options={DAYS.map((value) => ({ value, label: t('moves.days', { n: value }) }))}
        />
      }
    >
      <Flow label={t('moves.title', { since: day(found.data.since), until: day(found.data.as_of) })} before={before} now={now} sizes={sizes} said={share} />
    </Figure>
  )
}
