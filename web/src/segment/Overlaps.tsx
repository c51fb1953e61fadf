import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Empty, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { share, whole } from '../app/numbers'
import { Table } from '../app/Table'
import { overlapsOf } from './overlaps'

/** Which other segments hold the same people, the most first. */
export function Overlaps({ name }: { name: string }) {
  const { t } = useTranslation()
  const found = useQuery({ queryKey: ['overlap'], queryFn: () => answer(client.GET('/api/v1/segment-overlap')) })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const rows = overlapsOf(
    name,
    found.data.items.map((pair) => ({ ...pair, segment: text(pair.segment), other: text(pair.other) })),
  )
  if (!rows.length) return <Empty description={t('segments.alone')} />
  return (
    <Table
      rowKey="other"
      size="small"
      dataSource={rows}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      columns={[
        {
          title: t('segments.name'),
          dataIndex: 'other',
          render: (other: string) => (
            <Link to="/segments/$name" params={{ name: other }}>
              {other}
            </Link>
          ),
        },
        { title: t('segments.inBoth'), dataIndex: 'both', align: 'right', render: whole },
        { title: t('segments.ofThis'), dataIndex: 'share', align: 'right', render: part },
        { title: t('segments.ofOther'), dataIndex: 'otherShare', align: 'right', render: part },
      ]}
    />
  )
}

const part = (value: number | null) => (value === null ? '–' : share(value))
