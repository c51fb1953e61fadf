import { PlusOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Button, Empty, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { day, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { lookOf, State } from '../app/State'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'
import { ReadyJourneys } from './Ready'
import { Tasks } from './Tasks'
import { useJourneys, type Row } from './queries'

/** Every journey: whether it runs, how many are inside it, and how many reached its goal. */
export function Journeys() {
  const { t } = useTranslation()
  const may = useMay('manage')
  const found = useJourneys()
  const rows = found.data ?? []
  const count = (title: string, of: 'inside' | 'held' | 'ended' | 'goal') => ({
    title,
    dataIndex: of,
    align: 'right' as const,
    render: (n: number) => whole(n),
  })
  return (
    <Page title={t('rooms.journeys')} actions={
        <>
          <CopyAs command="coterie journeys list" call="GET /api/v1/journeys" />
          {may && (
            <Link to="/journeys/new">
              <Button type="primary" icon={<PlusOutlined />}>
                {t('journeys.new')}
              </Button>
            </Link>
          )}
        </>
      }
    >
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !rows.length && <Empty description={t('journeys.empty')} style={{ margin: '32px 0' }} />}
      {rows.length > 0 && (
        <Table<Row>
          rowKey={(row) => text(row.journey)}
          dataSource={[...rows]}
          pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              title: t('journeys.journey'),
              render: (_, row) => (
                <Link to="/journeys/$name" params={{ name: text(row.journey) }}>
                  <Typography.Text strong>{text(row.journey)}</Typography.Text>
                </Link>
              ),
            },
            { title: t('journeys.state'), render: (_, row) => <Stage of={text(row.state)} /> },
            count(t('journeys.inside'), 'inside'),
            count(t('journeys.held'), 'held'),
            count(t('journeys.through'), 'ended'),
            count(t('journeys.goal'), 'goal'),
            { title: t('journeys.began'), dataIndex: 'began_at', render: (at: string | null) => (at ? day(at) : '–') },
          ]}
        />
      )}
      <Tasks />
      {may && <ReadyJourneys />}
    </Page>
  )
}

/** How a journey stands. */
export function Stage({ of }: { of: string }) {
  const { t } = useTranslation()
  return <State is={of === 'running' ? 'good' : lookOf(of)}>{t(`journeys.is.${of}`)}</State>
}
