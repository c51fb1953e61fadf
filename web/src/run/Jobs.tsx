import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { App, Button, Empty, Flex, Progress, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { lookOf, State } from '../app/State'
import { instant, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'
import { isOver, stageOf, type Job } from '../workspace/jobs'
import { Schedules } from './Schedules'


/** Long work: what runs, what waits, how the rest ended; and what is done by itself. */
export function Jobs() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const shown = useSearch({ strict: false }).job
  const found = useInfiniteQuery({
    queryKey: ['jobs', i18n.language],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => answer(client.GET('/api/v1/jobs', { params: { query: { after: pageParam ?? null, limit: 50 } } })),
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: (query) => (query.state.data?.pages[0]?.items.some((job) => !isOver(job)) ? 1_000 : 15_000),
  })
  const jobs = found.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page title={t('rooms.jobs')} actions={<CopyAs call="GET /api/v1/jobs" />}>
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !jobs.length && <Empty description={t('jobs.empty')} />}
      {jobs.length > 0 && (
        <Table<Job>
          rowKey="job"
          dataSource={jobs}
          expandable={{
            expandedRowKeys: shown ? [shown] : [],
            onExpand: (isOpen, job) => void navigate({ to: '/jobs', search: isOpen ? { job: job.job } : {}, replace: true }),
            expandedRowRender: (job) => <Details job={job} />,
          }}
          columns={[
            { title: t('jobs.what'), onCell: () => ({ style: { whiteSpace: 'nowrap' } }), render: (_, job) => t(`jobs.kinds.${job.kind}`, { defaultValue: job.kind }) },
            {
              title: t('jobs.state'),
              render: (_, job) => <State is={lookOf(job.state)}>{t(`jobs.states.${job.state}`)}</State>,
            },
            { title: t('jobs.where'), render: (_, job) => <Where job={job} /> },
            { title: t('jobs.who'), render: (_, job) => text(job.reason) || job.actor },
            { title: t('jobs.began'), dataIndex: 'started_at', render: instant },
            { title: t('jobs.took'), align: 'right', render: (_, job) => took(job) },
            { render: (_, job) => <Acts job={job} /> },
          ]}
        />
      )}
      {found.hasNextPage && (
        <Button onClick={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} style={{ marginTop: 12 }}>
          {t('more')}
        </Button>
      )}
      <Schedules />
    </Page>
  )
}

function took(job: Job): string {
  if (!job.finished_at) return '–'
  const seconds = (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1_000
  return `${whole(Math.max(0, Math.round(seconds)))} s`
}

/** The stage of a job that runs, with a bar where its length is known; why another failed. */
function Where({ job }: { job: Job }) {
  if (job.problem) return <Typography.Text type="danger">{text(job.problem.detail)}</Typography.Text>
  if (isOver(job) || !job.stage) return null
  const { done, total } = job.stage
  return (
    <div style={{ minWidth: 140 }}>
      {stageOf(job)}
      {!!total && <Progress percent={Math.round((100 * done) / total)} size="small" aria-label={stageOf(job)} />}
    </div>
  )
}

function Acts({ job }: { job: Job }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [may, mayAgain] = [useMay('manage'), useMay('reach')]
  const answered = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
    onError: (fault: Error) => void message.error(fault.message),
  }
  const path = { number: job.job }
  const cancel = useMutation({ mutationFn: () => answer(client.POST('/api/v1/jobs/{number}/cancel', { params: { path } })), ...answered })
  const again = useMutation({ mutationFn: () => answer(client.POST('/api/v1/jobs/{number}/retry', { params: { path } })), ...answered })
  if (!isOver(job))
    return may ? (
      <Button size="small" danger loading={cancel.isPending} onClick={() => cancel.mutate()}>
        {t('jobs.cancel')}
      </Button>
    ) : null
  return mayAgain && job.state !== 'done' ? (
    <Button size="small" loading={again.isPending} onClick={() => again.mutate()}>
      {t('jobs.again')}
    </Button>
  ) : null
}

/** What was asked of a job and what came of it, as programs are told. */
function Details({ job }: { job: Job }) {
  const { t } = useTranslation()
  const parts = { asked: job.asked, ...(job.result ? { result: job.result } : {}) }
  return (
    <Flex vertical gap={8}>
      <CopyAs call={`GET /api/v1/jobs/${job.job}`} />
      {Object.entries(parts).map(([name, value]) => (
        <div key={name}>
          <Typography.Text type="secondary">{t(`jobs.${name}`)}</Typography.Text>
          <pre style={{ margin: 0, maxHeight: 260, overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }} tabIndex={0}>
            {JSON.stringify(value, null, 1)}
          </pre>
        </div>
      ))}
    </Flex>
  )
}
