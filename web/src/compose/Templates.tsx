import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Button, Card, Empty, Flex, Skeleton, Tag, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { day } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Table } from '../app/Table'
import { Preview } from './Preview'

function useTemplates() {
  return useQuery({ queryKey: ['templates'], queryFn: () => answer(client.GET('/api/v1/templates')) })
}

/** What messages are made of: every template that is kept, and where it is used. */
export function Templates() {
  const { t } = useTranslation()
  const found = useTemplates()
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  return (
    <Page title={t('rooms.templates')} actions={<CopyAs command="coterie templates list" call="GET /api/v1/templates" />}>
      <Typography.Paragraph>{t('library.about')}</Typography.Paragraph>
      {found.data.items.length ? (
        <Table
          rowKey="template"
          dataSource={found.data.items}
          columns={[
            {
              title: t('library.template'),
              dataIndex: 'template',
              render: (name) => (
                <Link to="/templates/$name" params={{ name: text(name) }}>
                  {text(name)}
                </Link>
              ),
            },
            { title: t('library.subject'), dataIndex: 'subject', render: text },
            { title: t('library.languages'), dataIndex: 'languages', render: (each: string[]) => each.join(', ') },
            { title: t('library.usedBy'), dataIndex: 'used_by', render: (names: string[]) => <Users names={names} /> },
            { title: t('library.changed'), key: 'changed', render: (_, row) => t('library.version', { version: row.version, at: day(row.changed_at), by: text(row.author) }) },
          ]}
        />
      ) : (
        <Empty description={t('library.empty')}>
          <Link to="/campaigns/new">
            <Button type="primary">{t('library.begin')}</Button>
          </Link>
        </Empty>
      )}
    </Page>
  )
}

function Users({ names }: { names: string[] }) {
  const { t } = useTranslation()
  if (!names.length) return <Typography.Text type="secondary">{t('library.unused')}</Typography.Text>
  return (
    <Flex wrap gap={4}>
      {names.map((name) => (
        <Link key={name} to="/campaigns/$name" params={{ name }}>
          <Tag>{name}</Tag>
        </Link>
      ))}
    </Flex>
  )
}

/** One template as anybody would read it, and the campaigns that send it. */
export function TemplatePage() {
  const { t } = useTranslation()
  const { name = '' } = useParams({ strict: false })
  const found = useTemplates()
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  const row = found.data.items.find((each) => text(each.template) === name)
  if (!row)
    return (
      <Page title={name}>
        <Empty description={t('library.unknown', { name })}>
          <Link to="/templates">{t('library.all')}</Link>
        </Empty>
      </Page>
    )
  return (
    <Page title={name}>
      {text(row.description) && <Typography.Paragraph>{text(row.description)}</Typography.Paragraph>}
      <Flex gap={8} wrap align="center" style={{ marginBottom: 16 }}>
        <Tag>{t(`library.kinds.${text(row.kind)}`)}</Tag>
        <Typography.Text type="secondary">{t('library.version', { version: row.version, at: day(row.changed_at), by: text(row.author) })}</Typography.Text>
        <Typography.Text>{t('library.usedBy')}:</Typography.Text>
        <Users names={row.used_by as string[]} />
      </Flex>
      <Card>
        <Preview template={name} />
      </Card>
    </Page>
  )
}
