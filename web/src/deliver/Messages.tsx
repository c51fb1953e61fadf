import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button, Empty, Flex, Popconfirm, Progress, Segmented, Skeleton, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { lookOf, State } from '../app/State'
import { Table } from '../app/Table'
import { instant, whole } from '../app/numbers'
import type { Counts } from '../decide/campaign'
import { useMay } from '../protect/session'

const STATES = ['queued', 'sent', 'failed', 'refused', 'unknown'] as const
type State = (typeof STATES)[number]

/** How far the messages of a campaign have come, and each of them. */
export function Messages({ counts }: { counts: Counts }) {
  const { t } = useTranslation()
  const [state, choose] = useState<State | 'all'>('all')
  const all = STATES.reduce((sum, each) => sum + counts[each], 0)
  const settled = all - counts.queued
  return (
    <Flex vertical gap={16}>
      <div aria-live="polite">
        <Progress
          percent={all ? Math.round((settled / all) * 100) : 0}
          status={counts.queued ? 'active' : 'success'}
          aria-label={t('messages.progress')}
        />
        <Flex gap={16} wrap>
          {STATES.filter((each) => counts[each] > 0).map((each) => (
            <span key={each}>
              <State is={lookOf(each)}>{t(`messages.is.${each}`)}</State>
              {whole(counts[each])}
            </span>
          ))}
        </Flex>
      </div>
      {counts.unknown > 0 && <Typography.Text type="warning">{t('messages.unknownIs')}</Typography.Text>}
      {counts.queued > 0 && <Cancel counts={counts} />}
      <div style={{ overflowX: 'auto' }}>
        <Segmented
          aria-label={t('messages.state')}
          value={state}
          onChange={choose}
          options={(['all', ...STATES] as const).map((value) => ({ value, label: t(`messages.is.${value}`) }))}
        />
      </div>
      <List key={state} name={counts.campaign} state={state === 'all' ? null : state} />
    </Flex>
  )
}

function List({ name, state }: { name: string; state: State | null }) {
  const { t, i18n } = useTranslation()
  const found = useInfiniteQuery({
    queryKey: ['messages', name, state, i18n.language],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/campaigns/{name}/messages', {
          params: { path: { name }, query: { state, after: pageParam, limit: 50 } },
        }),
      ),
    getNextPageParam: (last) => last.next ?? undefined,
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const rows = found.data.pages.flatMap((page) => page.items)
  if (!rows.length) return <Empty description={t('messages.none')} />
  return (
    <>
      <Table<Schemas['MessageRow']>
        rowKey={(row) => text(row.message_id)}
        size="small"
        dataSource={rows}
        columns={[
          {
            title: t('messages.to'),
            render: (_, row) => (
              <Link to="/people/$number" params={{ number: String(row.profile_id) }} style={{ overflowWrap: 'anywhere' }}>
                {text(row.address) || row.profile_id}
              </Link>
            ),
          },
          { title: t('messages.arm'), dataIndex: 'arm', responsive: ['md'] },
          {
            title: t('messages.state'),
            render: (_, row) => <State is={lookOf(text(row.state))}>{t(`messages.is.${text(row.state)}`)}</State>,
          },
          {
            title: t('messages.answer'),
            responsive: ['sm'],
            render: (_, row) => text(row.reason) || [row.code, text(row.reply)].filter(Boolean).join(' ') || '–',
          },
          {
            title: t('messages.at'),
            responsive: ['md'],
            render: (_, row) => {
              const at = row.finished_at ?? row.intended_at ?? row.queued_at
              return at ? instant(at) : '–'
            },
          },
        ]}
      />
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} style={{ marginTop: 12 }}>
          {t('more')}
        </Button>
      )}
    </>
  )
}

function Cancel({ counts }: { counts: Counts }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const may = useMay('reach')
  const queries = useQueryClient()
  const cancel = useMutation({
    mutationFn: () =>
      answer(client.POST('/api/v1/campaigns/{name}/cancel', { params: { path: { name: counts.campaign } } })),
    onSuccess: () => queries.invalidateQueries(),
    onError: (fault) => void message.error(fault.message),
  })
  if (!may) return null
  return (
    <div>
      <Popconfirm
        title={t('messages.cancelHow', { count: counts.queued, n: whole(counts.queued) })}
        description={t('messages.cancelWhat')}
        okButtonProps={{ danger: true }}
        onConfirm={() => cancel.mutate()}
      >
        <Button danger loading={cancel.isPending}>
          {t('messages.cancel')}
        </Button>
      </Popconfirm>
    </div>
  )
}
