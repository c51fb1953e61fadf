import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Empty, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'
import { Page } from '../app/Page'
import { Said } from '../app/Said'
import { Table } from '../app/Table'

/** Who did what, the newest first. */
export function Audit() {
  const { t } = useTranslation()
  const found = useInfiniteQuery({
    queryKey: ['audit'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(client.GET('/api/v1/audit', { params: { query: { after: pageParam ?? null, limit: 100, newest: true } } })),
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const rows = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page title={t('rooms.audit')} actions={<CopyAs call="GET /api/v1/audit?newest=true" />}>
      <Typography.Paragraph type="secondary">
        <Said words={t('audit.about')} />
      </Typography.Paragraph>
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !rows.length && <Empty description={t('audit.empty')} />}
      {rows.length > 0 && (
        <Table
          rowKey="audit_id"
          size="middle"
          dataSource={rows}
          columns={[
            { title: t('audit.number'), dataIndex: 'audit_id', align: 'right' },
            { title: t('audit.at'), dataIndex: 'occurred_at', render: instant },
            { title: t('audit.who'), dataIndex: 'actor' },
            {
              title: t('audit.act'),
              dataIndex: 'act',
              render: (act: string) => t(`audit.acts.${act.replace(/[ -]/g, '_')}`, { defaultValue: act }),
            },
            { title: t('audit.subject'), dataIndex: 'subject' },
            {
              title: t('audit.detail'),
              dataIndex: 'detail',
              render: (detail: object) => (
                <code style={{ overflowWrap: 'anywhere' }}>{Object.keys(detail).length ? JSON.stringify(detail) : ''}</code>
              ),
            },
          ]}
        />
      )}
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} style={{ marginTop: 12 }}>
          {t('more')}
        </Button>
      )}
    </Page>
  )
}
