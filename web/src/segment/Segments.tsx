import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { App, Button, Card, Empty, Flex, Skeleton, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { day, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { Part } from '../app/Part'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'
import { Lists } from './Lists'

/** Every segment with how many it holds, and ready ones to begin with. */
export function Segments() {
  const { t, i18n } = useTranslation()
  const may = useMay('manage')
  const found = useQuery({ queryKey: ['segments', i18n.language], queryFn: () => answer(client.GET('/api/v1/segments')) })
  return (
    <Page
      title={t('rooms.segments')}
      actions={
        <>
          <CopyAs command="coterie segments list" call="GET /api/v1/segments" />
          <Link to="/segments/targets">
            <Button>{t('targets.title')}</Button>
          </Link>
          {may && (
            <Link to="/segments/new">
              <Button type="primary" icon={<PlusOutlined />}>
                {t('segments.new')}
              </Button>
            </Link>
          )}
        </>
      }
    >
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !found.data.items.length && <Empty description={t('segments.empty')} />}
      {found.isSuccess && found.data.items.length > 0 && (
        <Table
          rowKey={(row) => text(row.name)}
          dataSource={found.data.items}
          pagination={{ pageSize: 25, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              title: t('segments.name'),
              render: (_, row) => (
                <Link to="/segments/$name" params={{ name: text(row.name) }}>
                  {text(row.label) || text(row.name)}
                </Link>
              ),
            },
            { title: t('segments.size'), dataIndex: 'size', align: 'right', render: (n: number | null) => (n === null ? '–' : whole(n)) },
            {
              title: t('segments.share'),
              dataIndex: 'share',
              render: (part: number | null) => (part === null ? '–' : <Part of={part} />),
            },
            { title: t('segments.rule'), dataIndex: 'rule', render: text },
            {
              title: t('segments.cadence'),
              dataIndex: 'cadence',
              render: (each: string | null) => (each ? <Tag>{t(`segments.cadences.${each}`)}</Tag> : '–'),
            },
            { title: t('segments.asOf'), dataIndex: 'as_of', render: (at: string | null) => (at ? day(at) : '–') },
          ]}
        />
      )}
      <Lists />
      <Templates />
    </Page>
  )
}

const TWO_LINES = { display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden' } as const

/** Segments that this base has what is needed for, made in one step. */
function Templates() {
  const { t, i18n } = useTranslation()
  const may = useMay('manage')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const found = useQuery({
    queryKey: ['templates', i18n.language],
    queryFn: () => answer(client.GET('/api/v1/segment-templates')),
    enabled: may,
    retry: false,
  })
  const adopt = useMutation({
    mutationFn: (template: string) => answer(client.POST('/api/v1/segments/adopt', { body: { template } })),
    onSuccess: async (_, template) => {
      await queries.invalidateQueries({ queryKey: ['segments'] })
      await navigate({ to: '/segments/$name', params: { name: template } })
    },
    onError: (fault) => void message.error(fault.message),
  })
  if (!found.data?.items.length) return null
  return (
    <>
      <Typography.Title level={2} style={{ fontSize: 18 }}>
        {t('segments.ready')}
      </Typography.Title>
      <Flex wrap gap={12}>
        {found.data.items.map((each) => (
          <Card key={text(each.name)} size="small" style={{ width: 260 }}>
            <Typography.Text strong>{text(each.label)}</Typography.Text>
            <Typography.Paragraph type="secondary" title={text(each.rule)} style={{ marginBottom: 8, ...TWO_LINES }}>
              {text(each.rule)}
            </Typography.Paragraph>
            <Button size="small" loading={adopt.isPending && adopt.variables === each.name} onClick={() => adopt.mutate(text(each.name))}>
              {t('segments.adopt')}
            </Button>
          </Card>
        ))}
      </Flex>
    </>
  )
}
