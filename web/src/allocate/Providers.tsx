import { useQuery } from '@tanstack/react-query'
import { Card, Tag } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Table } from '../app/Table'
import { instant, share, shown } from '../app/numbers'

type Health = Schemas['CarrierHealth']

const COLORS: Record<string, string> = { good: 'green', gave_way: 'red', unused: 'default' }

/** How it goes with who carries messages, channel by channel in their order; below each the domains that it wrote to most. */
export function Providers() {
  const { t, i18n } = useTranslation()
  const found = useQuery({ queryKey: ['providers', i18n.language], retry: false, queryFn: () => answer(client.GET('/api/v1/channels/health')) })
  return (
    <Card
      size="small"
      style={{ marginTop: 16 }}
      title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('channels.providers')}</h2>}
      extra={<CopyAs command="coterie channels health" call="GET /api/v1/channels/health" />}
    >
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      <Table<Health>
        rowKey={(row) => [row.channel, row.carrier, row.domain].map(text).join(' ')}
        loading={found.isPending}
        dataSource={found.data?.items ?? []}
        size="small"
        scroll={{ x: 'max-content' }}
        columns={[
          { title: t('channels.channel'), render: (_, row) => (row.domain ? '' : text(row.channel)) },
          { title: t('channels.provider'), render: (_, row) => (row.domain ? text(row.domain) : text(row.carrier)) },
          { title: t('channels.state'), render: (_, row) => (row.domain ? '' : <Tag color={COLORS[text(row.state)]}>{t(`channels.states.${text(row.state)}`)}</Tag>) },
          { title: t('channels.sent_at'), render: (_, row) => (row.sent_at ? instant(row.sent_at) : '–') },
          { title: t('channels.sent'), dataIndex: 'sent', align: 'right', render: shown },
          { title: t('channels.bounce_share'), dataIndex: 'bounce_share', align: 'right', render: share },
          { title: t('channels.complaint_share'), dataIndex: 'complaint_share', align: 'right', render: share },
          { title: t('channels.lost'), dataIndex: 'unknown', align: 'right', render: shown },
          { title: t('channels.why'), render: (_, row) => (row.domain ? '' : text(row.why)) },
        ]}
      />
    </Card>
  )
}
