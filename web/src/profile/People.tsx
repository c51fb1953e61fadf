import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Button, Empty, Input, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Page } from '../app/Page'
import { PeopleTable } from './PeopleTable'

/** Everybody, page by page, and whoever an identifier names. */
export function People() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const found = useInfiniteQuery({
    queryKey: ['people'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(client.GET('/api/v1/profiles', { params: { query: { after: pageParam ?? null, limit: 50 } } })),
    getNextPageParam: (last) => last.next ?? undefined,
    maxPages: 10,
    getPreviousPageParam: () => undefined,
  })
  const search = useMutation({
    mutationFn: (key: string) => answer(client.POST('/api/v1/profiles/lookup', { body: { key } })),
    onSuccess: (person) => navigate({ to: '/people/$number', params: { number: String(person.profile_id) } }),
  })
  const rows = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page title={t('rooms.people')} actions={<CopyAs command="coterie profiles show KEY" call="GET /api/v1/profiles" />}>
      <Input.Search
        aria-label={t('people.search')}
        placeholder={t('people.search')}
        enterButton={t('people.find')}
        loading={search.isPending}
        onSearch={(key) => key.trim() && search.mutate(key.trim())}
        style={{ marginBottom: 16, maxWidth: 560 }}
      />
      {search.isError && <Fault fault={search.error} />}
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !rows.length && (
        <Empty description={t('people.empty')}>
          <Link to="/data">{t('home.bring')}</Link>
        </Empty>
      )}
      {rows.length > 0 && <PeopleTable rows={rows} />}
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} style={{ marginTop: 12 }}>
          {t('more')}
        </Button>
      )}
    </Page>
  )
}
