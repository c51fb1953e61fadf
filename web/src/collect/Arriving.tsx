import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Badge, Col, Empty, Flex, Row, Select, Skeleton, Switch, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'
import { Table } from '../app/Table'
import { WriteKey } from './WriteKey'

const EVERY_MILLISECONDS = 2_000

/** What arrives over HTTP as it arrives, and what a sender needs. */
export function Arriving() {
  const { t } = useTranslation()
  const [isLive, live] = useState(true)
  const [source, choose] = useState<string | null>(null)
  const found = useQuery({
    queryKey: ['arriving', source],
    refetchInterval: isLive ? EVERY_MILLISECONDS : false,
    queryFn: () => answer(client.GET('/api/v1/tracking/latest', { params: { query: { source, most: 50 } } })),
  })
  const rows = found.data?.items ?? []
  const sources = [...new Set([...(source ? [source] : []), ...rows.map((each) => text(each.source))])]
  return (
    <Row gutter={[24, 24]}>
      <Col xs={24} lg={15}>
        <Flex gap={12} align="center" wrap style={{ marginBottom: 12 }}>
          <Badge status={isLive && !found.isError ? 'processing' : 'default'} text={isLive ? t('arriving.live') : t('arriving.paused')} />
          <Switch checked={isLive} onChange={live} aria-label={t('arriving.follow')} />
          <Select
            aria-label={t('data.source')}
            value={source ?? ''}
            options={[{ value: '', label: t('quarantine.all') }, ...sources.map((value) => ({ value, label: value }))]}
            onChange={(chosen) => choose(chosen || null)}
            style={{ minWidth: 160 }}
          />
        </Flex>
        {found.isPending && <Skeleton active />}
        {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
        {found.isSuccess && !rows.length && <Empty description={t('arriving.none')} />}
        {rows.length > 0 && (
          <Table
            rowKey={(row) => text(row.message_id)}
            size="small"
            dataSource={rows}
            expandable={{
              rowExpandable: (row) => !!row.properties,
              expandedRowRender: (row) => (
                <pre style={{ margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{pretty(text(row.properties))}</pre>
              ),
            }}
            columns={[
              { title: t('arriving.at'), dataIndex: 'received_at', render: instant },
              { title: t('arriving.what'), render: (_, row) => text(row.event) || text(row.type) },
              { title: t('data.source'), dataIndex: 'source' },
              {
                title: t('people.who'),
                render: (_, row) =>
                  row.profile_id === null ? (
                    '–'
                  ) : (
                    <Link to="/people/$number" params={{ number: String(row.profile_id) }}>
                      {row.profile_id}
                    </Link>
                  ),
              },
            ]}
          />
        )}
        <Typography.Paragraph type="secondary" style={{ marginTop: 12 }}>
          {t('arriving.about')}
        </Typography.Paragraph>
      </Col>
      <Col xs={24} lg={9}>
        <WriteKey />
      </Col>
    </Row>
  )
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
