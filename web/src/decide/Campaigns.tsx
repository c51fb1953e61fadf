import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Empty, Flex, Skeleton, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { instant, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { lookOf, State } from '../app/State'
import { Table } from '../app/Table'
import { Held, HoldSending } from '../deliver/Brakes'
import { PastCampaigns } from '../measure/PastCampaigns'
import { resultsOf } from '../measure/results'
import { useChannelName } from '../profile/names'
import { useMay } from '../protect/session'
import { useSegmentLabels } from '../segment/names'
import { text } from '../api/client'
import { GOAL, baseName, daysOf, stateOf, type CampaignBody, type Counts, type State as Stage } from './campaign'
import { useCampaigns, useDefinitions, useStopped } from './queries'

/** Every campaign: how it stands, what it did, and what comes next; and what past ones did. */
export function Campaigns() {
  const { t } = useTranslation()
  const may = useMay('manage')
  const counts = useCampaigns()
  const definitions = useDefinitions()
  const stopped = useStopped()
  const rows = counts.data ?? []
  return (
    <Page
      title={t('rooms.campaigns')}
      actions={
        <>
          <CopyAs command="coterie campaigns list" call="GET /api/v1/campaigns" />
          {!stopped.data && <HoldSending />}
          {may && (
            <Link to="/campaigns/new">
              <Button type="primary" icon={<PlusOutlined />}>
                {t('campaigns.new')}
              </Button>
            </Link>
          )}
        </>
      }
    >
      {stopped.data && <Held {...stopped.data} />}
      {counts.isPending && <Skeleton active />}
      {counts.isError && <Fault fault={counts.error} again={() => void counts.refetch()} />}
      {counts.isSuccess && !rows.length && (
        <Empty description={t('campaigns.empty')} style={{ margin: '32px 0' }}>
          {may && <Link to="/campaigns/new">{t('campaigns.first')}</Link>}
        </Empty>
      )}
      {rows.length > 0 && (
        <Table<Counts>
          rowKey="campaign"
          dataSource={rows}
          pagination={{ pageSize: 10, hideOnSinglePage: true }}
          columns={[
            {
              title: t('campaigns.campaign'),
              render: (_, row) => {
                const body = definitions.data?.get(baseName(row.campaign))?.body
                return (
                  <>
                    <Link to="/campaigns/$name" params={{ name: row.campaign }}>
                      <Typography.Text strong>{row.campaign}</Typography.Text>
                    </Link>
                    {body?.description && <div>{body.description}</div>}
                    {body && <Meant body={body} />}
                  </>
                )
              },
            },
            {
              title: t('campaigns.state'),
              render: (_, row) => {
                const state = stateOf(row, !!stopped.data)
                return (
                  <Flex vertical gap={4} align="flex-start">
                    <State is={lookOf(state)}>{t(`campaigns.is.${state}`)}</State>
                    <Typography.Text type="secondary">
                      {row.scheduled && row.next_at && t('campaigns.nextAt', { at: instant(row.next_at) })}
                      {row.launched && t('campaigns.sentOf', { sent: whole(row.sent), all: whole(row.sent + row.queued) })}
                    </Typography.Text>
                  </Flex>
                )
              },
            },
            {
              title: t('campaigns.result'),
              responsive: ['md'],
              width: '34%',
              render: (_, row) => (row.launched ? <LastResult name={row.campaign} /> : '–'),
            },
            {
              title: t('campaigns.next'),
              responsive: ['sm'],
              render: (_, row) => <Next row={row} state={stateOf(row, !!stopped.data)} />,
            },
          ]}
        />
      )}
      <PastCampaigns />
    </Page>
  )
}

const WRAPS = { whiteSpace: 'normal' } as const

/** Who is meant, by which channel and for what, in one line. */
export function Meant({ body }: { body: CampaignBody }) {
  const { t } = useTranslation()
  const { segments = [], lists = [], everybody, exclude = [], exclude_lists: excludeLists = [] } = body.audience
  const goal = body.goal === undefined ? GOAL : body.goal
  const called = useSegmentLabels()
  const channel = useChannelName()
  const days = daysOf(goal?.within ?? GOAL.within)
  return (
    <Flex wrap gap={4} align="center">
      {everybody && <Tag>{t('campaigns.everybody')}</Tag>}
      {segments.map((name) => (
        <Link key={name} to="/segments/$name" params={{ name }}>
          <Tag color="blue" style={WRAPS}>{called(name)}</Tag>
        </Link>
      ))}
      {lists.map((name) => (
        <Tag key={`list ${name}`} style={WRAPS}>{t('campaigns.onList', { name })}</Tag>
      ))}
      {excludeLists.map((name) => (
        <Tag key={`no ${name}`} style={WRAPS}>{t('campaigns.without', { name: t('campaigns.onList', { name }) })}</Tag>
      ))}
      {exclude.map((name) => (
        <Link key={name} to="/segments/$name" params={{ name }}>
          <Tag style={WRAPS}>{t('campaigns.without', { name: called(name) })}</Tag>
        </Link>
      ))}
      <Typography.Text type="secondary">
        {channel(body.channel ?? 'email')}
        {goal && ` · ${goal.event ?? GOAL.event}`}
        {goal && days !== null && ` · ${t('campaigns.within', { count: days })}`}
      </Typography.Text>
    </Flex>
  )
}

function LastResult({ name }: { name: string }) {
  const { i18n } = useTranslation()
  const found = useQuery(resultsOf(name, i18n.language))
  if (found.isPending) return <Skeleton.Input active size="small" />
  if (found.isError) return <Typography.Text type="secondary">{found.error.message}</Typography.Text>
  return <>{text(found.data.sentences[0])}</>
}

function Next({ row, state }: { row: Counts; state: Stage }) {
  const { t } = useTranslation()
  const section = { draft: 'plan', scheduled: 'plan', held: 'messages', sending: 'messages', sent: 'results' }[state]
  return (
    <Link to="/campaigns/$name/$section" params={{ name: row.campaign, section }}>
      {t(`campaigns.do.${state}`)}
    </Link>
  )
}
