import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Card, Empty, Select, Skeleton, Timeline, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'

/** What happened with somebody, the newest first; kinds of it can be picked out of what was fetched. */
export function Past({ number }: { number: number }) {
  const { t, i18n } = useTranslation()
  const [kinds, setKinds] = useState<string[]>([])
  const found = useInfiniteQuery({
    queryKey: ['timeline', number, i18n.language],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/profiles/{number}/timeline', {
          params: { path: { number }, query: { limit: 50, after: pageParam ?? null } },
        }),
      ),
    getNextPageParam: (last) => last.next ?? undefined,
  })
  const rows = found.data?.pages.flatMap((page) => page.items) ?? []
  const known = [...new Set(rows.map((each) => text(each.name)))].sort()
  const shown = kinds.length ? rows.filter((each) => kinds.includes(text(each.name))) : rows
  return (
    <Card title={t('person.past')} size="small">
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !rows.length && <Empty description={t('person.noPast')} />}
      {known.length > 1 && (
        <Select
          mode="multiple"
          allowClear
          aria-label={t('person.kinds')}
          placeholder={t('person.kinds')}
          value={kinds}
          onChange={setKinds}
          options={known.map((value) => ({ value, label: value }))}
          style={{ width: '100%', marginBottom: 16 }}
        />
      )}
      <Timeline
        items={shown.map((each) => ({
          content: (
            <>
              <Typography.Text strong>{text(each.name)}</Typography.Text>
              <div>{text(each.about)}</div>
              <Typography.Text type="secondary">{instant(each.occurred_at)}</Typography.Text>
            </>
          ),
        }))}
      />
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage}>
          {t('more')}
        </Button>
      )}
    </Card>
  )
}
