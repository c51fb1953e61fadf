import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Empty, Flex, Form, Input, Skeleton, Timeline, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'
import type { Shown } from './queries'

const FOLLOWED_MILLISECONDS = 4_000

/** The way of one person through the journey; who is asked about stands in the address. */
export function OnePerson({ name, shown }: { name: string; shown: Shown }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { who = '' } = useSearch({ strict: false })
  const [typed, type] = useState(who)
  const isDraft = text(shown.state) === 'draft'
  const found = useQuery({
    queryKey: ['journey path', name, who],
    enabled: who !== '' && !isDraft,
    retry: false,
    refetchInterval: FOLLOWED_MILLISECONDS,
    queryFn: () => answer(client.GET('/api/v1/journeys/{name}/people/{profile}', { params: { path: { name, profile: who } } })),
  })
  const ask = () => void navigate({ to: '/journeys/$name/$section', params: { name, section: 'person' }, search: { who: typed.trim() } })
  if (isDraft) return <Empty description={t('journeys.draftPath')} />
  const ways = new Map<number, Schemas['PathRow'][]>()
  for (const row of found.data?.items ?? []) ways.set(row.enrolment, [...(ways.get(row.enrolment) ?? []), row])
  return (
    <>
      <Form layout="vertical" onFinish={ask}>
        <Form.Item label={t('journeys.who')} htmlFor="who" extra={t('journeys.whoHint')}>
          <Flex gap={8}>
            <Input id="who" value={typed} onChange={(event) => type(event.target.value)} maxLength={200} style={{ maxWidth: 420 }} />
            <Button type="primary" htmlType="submit" disabled={!typed.trim()}>
              {t('journeys.ask')}
            </Button>
          </Flex>
        </Form.Item>
      </Form>
      <div aria-live="polite">
        {who !== '' && found.isPending && <Skeleton active />}
        {found.isError && <Fault fault={found.error} />}
        {found.isSuccess && !ways.size && <Empty description={t('journeys.neverIn', { who })} />}
        {[...ways].map(([enrolment, rows]) => (
          <Way key={enrolment} rows={rows} shown={shown} />
        ))}
      </div>
    </>
  )
}

/** One time that they were in it. */
function Way({ rows, shown }: { rows: Schemas['PathRow'][]; shown: Shown }) {
  const { t } = useTranslation()
  const steps = new Map(shown.steps.map((each) => [text(each.step), text(each.words)]))
  const key = text(rows[0]?.key)
  const called = (step: string) => steps.get(step) ?? t(`journeys.place.${step}`, { defaultValue: step })
  const said = ({ step, turn, until }: Schemas['PathRow']) => {
    const way = text(turn)
    if (way === 'waits') return until ? t('journeys.until', { at: instant(until) }) : t('journeys.waits')
    if (text(step) === 'entry' && way !== 'held out') return t('journeys.by', { what: t(`journeys.turn.${way}`, { defaultValue: way }) })
    if (text(step) === 'end') return t(`journeys.outcome.${way}`, { defaultValue: way })
    return /^\d+$/.test(way) ? t('journeys.way', { n: way }) : t(`journeys.turn.${way}`, { defaultValue: way })
  }
  return (
    <section style={{ marginBottom: 16 }}>
      {key && <h2 style={{ fontSize: 16 }}>{t('journeys.key', { key })}</h2>}
      <Timeline
        items={rows.map((row, place) => ({
          key: place,
          color: text(row.turn) === 'waits' ? 'blue' : 'gray',
          content: (
            <>
              <Typography.Text strong>{called(text(row.step))}</Typography.Text>
              <div>{said(row)}</div>
              <Typography.Text type="secondary">{instant(row.occurred_at)}</Typography.Text>
            </>
          ),
        }))}
      />
    </section>
  )
}
