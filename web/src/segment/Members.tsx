import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Empty, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'
import { PeopleTable } from '../profile/PeopleTable'

/** Who is in the segment as last refreshed, page by page. */
export function Members({ name }: { name: string }) {
  const { t } = useTranslation()
  const found = useInfiniteQuery({
    queryKey: ['members', name],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/segments/{name}/members', {
          params: { path: { name }, query: { after: pageParam ?? null, limit: 20 } },
        }),
      ),
    getNextPageParam: (last) => last.next ?? undefined,
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} />
  const rows = found.data.pages.flatMap((page) => page.items)
  if (!rows.length) return <Empty description={t('segments.nobody')} />
  return (
    <>
      <PeopleTable rows={rows} />
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} style={{ marginTop: 12 }}>
          {t('more')}
        </Button>
      )}
    </>
  )
}
