import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Flex, Input, Select, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { Flow } from '../app/Flow'
import { day, share, whole } from '../app/numbers'
import { daysBefore, spanOf } from './spans'

const DAYS = [30, 90, 180, 365]

/** Who was in which stage on one day and is in which on another; the days stand in the address. */
export function StageMoves({ name, asOf }: { name: string; asOf: string }) {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const last = asOf.slice(0, 10)
  const chosen = useSearch({ strict: false })
  const { since, until } = spanOf(chosen.since, chosen.until, last)
  const choose = (span: { since: string; until: string }) =>
    void navigate({ to: '.', search: (before) => ({ ...before, ...span }), replace: true, resetScroll: false })
  const query = { since, until: until === last ? undefined : until }
  const found = useQuery({
    queryKey: ['moves', name, query, i18n.language],
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: () => answer(client.GET('/api/v1/segmentations/{name}/moves', { params: { path: { name }, query } })),
  })
  const dated = (label: string, value: string, set: (value: string) => void) => (
    <Input
      type="date"
      size="small"
      aria-label={label}
      value={value}
      max={last}
      onChange={(event) => event.target.value && set(event.target.value)}
      style={{ width: 140 }}
    />
  )
  const asked = `${since ? `?since=${since}` : ''}${query.until ? `&until=${query.until}` : ''}`
  const choosing = (
    <Flex gap={6} wrap align="center" style={{ marginBottom: 12 }}>
      <Select
        aria-label={t('moves.since')}
        size="small"
        value={DAYS.find((days) => daysBefore(until, days) === since) ?? 0}
        onChange={(days) => days && choose({ since: daysBefore(until, days), until })}
        options={[
          ...DAYS.map((value) => ({ value, label: t('moves.days', { n: value }) })),
          { value: 0, label: t('moves.chosen'), disabled: true },
        ]}
      />
      {dated(t('moves.from'), since, (value) => choose({ since: value, until }))}–
      {dated(t('moves.to'), until, (value) => choose({ since, until: value }))}
      <CopyAs
        command={`coterie segmentations moves ${name} --from ${since} --to ${until}`}
        call={`GET /api/v1/segmentations/${name}/moves${asked}`}
      />
    </Flex>
  )
  if (found.isPending) return <Skeleton active />
  if (found.isError)
    return (
      <>
        {choosing}
        <Fault fault={found.error} />
      </>
    )
  const { moves, finding } = found.data
  const title = t('moves.title', { since: day(found.data.since), until: day(found.data.as_of) })
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
      title={title}
      words={finding.map(text)}
      rows={moves}
      columns={[
        { title: t('moves.before'), dataIndex: 'before_name', render: text },
        { title: t('moves.now'), dataIndex: 'now_name', render: text },
        { title: t('segments.size'), dataIndex: 'customers', align: 'right', render: whole },
        { title: t('segments.share'), dataIndex: 'share', align: 'right', render: share },
      ]}
    >
      {choosing}
      <div aria-busy={found.isFetching} style={{ opacity: found.isFetching ? 0.5 : 1 }}>
        <Flow label={title} before={before} now={now} sizes={sizes} said={share} />
      </div>
    </Figure>
  )
}
