import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Alert, App, Button, Empty, Flex, Popconfirm, Segmented, Skeleton, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { instant, share, whole } from '../app/numbers'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'
import { byEvent, type TrafficEvent, type TrafficRow } from './traffic'

/** What sources send, frozen as a plan, and what breaks it. */
export function TrackingPlan() {
  const { t } = useTranslation()
  const traffic = useQuery({ queryKey: ['tracking'], queryFn: () => answer(client.GET('/api/v1/tracking')) })
  if (traffic.isPending) return <Skeleton active />
  if (traffic.isError) return <Fault fault={traffic.error} again={() => void traffic.refetch()} />
  const events = byEvent(traffic.data.items as unknown as TrafficRow[])
  if (!events.length)
    return (
      <Empty description={t('tracking.none')}>
        <Link to="/data/$section" params={{ section: 'arriving' }}>
          {t('tracking.how')}
        </Link>
      </Empty>
    )
  return (
    <Flex vertical gap={16}>
      <Typography.Text type="secondary">{t('tracking.about')}</Typography.Text>
      <Plans />
      <Breaches />
      <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
        {t('tracking.seen')}
      </Typography.Title>
      <Table<TrafficEvent>
        rowKey="key"
        size="small"
        dataSource={events}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        expandable={{ rowExpandable: (row) => row.properties.length > 0, expandedRowRender: (row) => <Properties rows={row.properties} /> }}
        columns={[
          { title: t('data.source'), dataIndex: 'source' },
          { title: t('rule.event'), dataIndex: 'event' },
          { title: t('tracking.messages'), dataIndex: 'messages', align: 'right', render: whole },
          { title: t('tracking.first'), dataIndex: 'first_at', responsive: ['md'], render: instant },
          { title: t('tracking.last'), dataIndex: 'last_at', render: instant },
        ]}
      />
    </Flex>
  )
}

function Properties({ rows }: { rows: TrafficRow[] }) {
  const { t } = useTranslation()
  return (
    <Table<TrafficRow>
      rowKey="property"
      size="small"
      dataSource={rows}
      columns={[
        { title: t('tracking.property'), dataIndex: 'property' },
        { title: t('tracking.type'), render: (_, row) => row.types.map((type) => <Tag key={type}>{type}</Tag>) },
        { title: t('tracking.share'), dataIndex: 'share', align: 'right', render: share },
        { title: t('tracking.examples'), render: (_, row) => row.examples.join(', ') || '–' },
      ]}
    />
  )
}

/** The plans that stand, and a new one made of what came in. */
function Plans() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const may = useMay('manage')
  const queries = useQueryClient()
  const [violations, treat] = useState<'flag' | 'refuse'>('flag')
  const plans = useQuery({
    queryKey: ['definitions', 'tracking_plan'],
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}', { params: { path: { kind: 'tracking_plan' } } })),
  })
  const freeze = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/tracking/freeze', { body: { violations, dry_run: false } })),
    onSuccess: async (found) => {
      void message.success(t('tracking.frozen', { names: found.items.map((each) => text(each.name)).join(', ') }))
      await queries.invalidateQueries()
    },
  })
  const kept = plans.data?.items ?? []
  return (
    <Flex vertical gap={8}>
      {kept.map((each) => (
        <Alert
          key={text(each.name)}
          type="success"
          showIcon
          title={t('tracking.plan', {
            source: text(each.name),
            version: each.version,
            count: Array.isArray(each.body.events) ? each.body.events.length : 0,
            at: instant(each.created_at),
          })}
        />
      ))}
      {may && (
        <Flex gap={8} wrap align="center">
          <Segmented
            aria-label={t('tracking.treat')}
            value={violations}
            onChange={treat}
            options={(['flag', 'refuse'] as const).map((value) => ({ value, label: t(`tracking.does.${value}`) }))}
          />
          <Popconfirm title={t('tracking.freezeWhat')} description={t(`tracking.then.${violations}`)} onConfirm={() => freeze.mutate()}>
            <Button loading={freeze.isPending}>{kept.length ? t('tracking.freezeAgain') : t('tracking.freeze')}</Button>
          </Popconfirm>
          <CopyAs
            command={`coterie tracking freeze${violations === 'refuse' ? ' --refuse' : ''}`}
            call="POST /api/v1/tracking/freeze"
          />
        </Flex>
      )}
      {freeze.isError && <Fault fault={freeze.error} />}
    </Flex>
  )
}

/** What broke the plans, and what is new or gone without breaking them. */
function Breaches() {
  const { t, i18n } = useTranslation()
  const broken = useQuery({ queryKey: ['violations'], queryFn: () => answer(client.GET('/api/v1/tracking/violations')) })
  const drift = useQuery({
    queryKey: ['drift', i18n.language],
    queryFn: () => answer(client.GET('/api/v1/tracking/drift')),
  })
  const findings = drift.data?.items ?? []
  return (
    <>
      {findings.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t('tracking.drift')}
          description={
            <ul style={{ paddingInlineStart: 18, margin: 0 }}>
              {findings.slice(0, 20).map((each, place) => (
                <li key={place}>{text(each.finding)}</li>
              ))}
            </ul>
          }
        />
      )}
      {(broken.data?.items.length ?? 0) > 0 && (
        <>
          <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
            {t('tracking.broken')}
          </Typography.Title>
          <Table
            rowKey={(row) => [text(row.source), row.version, text(row.code), text(row.event), text(row.property)].join('/')}
            size="small"
            dataSource={broken.data?.items ?? []}
            columns={[
              { title: t('data.source'), dataIndex: 'source' },
              { title: t('rule.event'), dataIndex: 'event' },
              { title: t('tracking.property'), dataIndex: 'property' },
              { title: t('data.reason'), render: (_, row) => t(`tracking.code.${text(row.code)}`, { defaultValue: text(row.code) }) },
              { title: t('tracking.act'), render: (_, row) => t(`tracking.acts.${text(row.act)}`, { defaultValue: text(row.act) }) },
              { title: t('tracking.messages'), dataIndex: 'messages', align: 'right', render: whole },
              { title: t('tracking.last'), dataIndex: 'last_at', render: instant },
            ]}
          />
        </>
      )}
    </>
  )
}
