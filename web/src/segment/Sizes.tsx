import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Empty, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { Lines } from '../app/Lines'
import { day, instant, share, whole } from '../app/numbers'
import { State } from '../app/State'
import { Table } from '../app/Table'

/** How many it held at each refresh, and who came and went between them. */
export function Sizes({ name }: { name: string }) {
  const { t } = useTranslation()
  const found = useQuery({
    queryKey: ['sizes', name],
    queryFn: () => answer(client.GET('/api/v1/segments/{name}/history', { params: { path: { name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const sizes = found.data.items
  const first = sizes[0]
  const last = sizes.at(-1)
  if (!first || !last) return <Empty description={t('segments.notComputed')} />
  const words = t('segments.went', { from: whole(first.size), since: day(first.as_of), to: whole(last.size), at: day(last.as_of) })
  return (
    <>
      {sizes.length > 1 && (
        <Lines
          label={words}
          series={[{ name, points: sizes.map((each) => ({ x: Date.parse(`${each.as_of}Z`), y: each.size })) }]}
          x={(at) => day(new Date(at).toISOString().slice(0, 19))}
          y={whole}
          xTitle=""
        />
      )}
      <Typography.Paragraph>{words}</Typography.Paragraph>
      <Table
        rowKey="as_of"
        size="small"
        dataSource={sizes.toReversed()}
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        columns={[
          { title: t('segments.asOf'), dataIndex: 'as_of', render: instant },
          { title: t('segments.size'), dataIndex: 'size', align: 'right', render: whole },
          {
            title: t('segments.share'),
            dataIndex: 'share',
            align: 'right',
            render: (part: number | null) => (part === null ? '–' : share(part)),
          },
        ]}
      />
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('segments.moves')}
      </Typography.Title>
      <Moves name={name} />
    </>
  )
}

function Moves({ name }: { name: string }) {
  const { t } = useTranslation()
  const found = useInfiniteQuery({
    queryKey: ['moves', name],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/segment-changes', { params: { query: { segment: name, after: pageParam ?? null, limit: 50 } } }),
      ),
    getNextPageParam: (last) => (last.items.length < 50 ? undefined : (last.next ?? undefined)),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const rows = found.data.pages.flatMap((page) => page.items)
  if (!rows.length) return <Empty description={t('segments.noMoves')} />
  return (
    <Flex vertical gap={12} align="flex-start">
      <Table
        rowKey={(row) => `${row.refresh_id}/${row.profile_id}/${text(row.change)}`}
        size="small"
        dataSource={rows}
        columns={[
          { title: t('segments.at'), dataIndex: 'as_of', render: instant },
          {
            title: t('segments.change'),
            render: (_, row) => (
              <State is={text(row.change) === 'entered' ? 'good' : 'plain'}>{t(`segments.moved.${text(row.change)}`)}</State>
            ),
          },
          {
            title: t('people.who'),
            render: (_, row) => (
              <Link to="/people/$number" params={{ number: String(row.profile_id) }}>
                {row.profile_id}
              </Link>
            ),
          },
          { title: t('segments.because'), dataIndex: 'reason', render: text },
        ]}
      />
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage}>
          {t('more')}
        </Button>
      )}
    </Flex>
  )
}
