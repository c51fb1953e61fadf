import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Alert, App, Button, Card, Empty, Flex, Popconfirm, Select, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { day, instant } from '../app/numbers'
import { Page } from '../app/Page'
import { Sections } from '../app/Sections'
import { Table } from '../app/Table'
import { WhoWrites } from '../deliver/WhoWrites'
import { Business } from '../workspace/Business'
import { useMay, useSession } from './session'

const ROLES = ['owner', 'marketer', 'analyst', 'viewer'] as const
type Role = (typeof ROLES)[number]

const SECTIONS = ['people', 'business', 'sender'] as const

/** Who works here, where they are signed in, the keys of programs; what the business is, and who writes in its name. */
export function Settings() {
  const { t } = useTranslation()
  const isOwner = useMay('admin')
  const asked = useParams({ strict: false }).section
  const section = (isOwner && SECTIONS.find((each) => each === asked)) || 'people'
  return (
    <Page
      title={t('rooms.settings')}
      actions={section !== 'people' && <CopyAs call={`PUT /api/v1/settings/${section === 'business' ? 'name' : 'sender'}`} />}
    >
      {isOwner && (
        <Sections
          label={t('settings.sections')}
          open={section}
          sections={SECTIONS.map((key) => ({
            key,
            label: t(`settings.parts.${key}`),
            to: key === 'people' ? '/settings' : `/settings/${key}`,
          }))}
        />
      )}
      {section === 'people' && (
        <Flex vertical gap={16}>
          {isOwner && <Users />}
          {isOwner && <Keys />}
          <Sessions />
        </Flex>
      )}
      {section === 'business' && <Business />}
      {section === 'sender' && <WhoWrites />}
    </Page>
  )
}

function Users() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const me = useSession().data?.user?.email
  const [role, setRole] = useState<Role>('marketer')
  const renew = () => queries.invalidateQueries({ queryKey: ['users'] })
  const refuse = (fault: Error) => void message.error(fault.message)
  const found = useQuery({ queryKey: ['users'], queryFn: () => answer(client.GET('/api/v1/users')) })
  const invite = useMutation({ mutationFn: () => answer(client.POST('/api/v1/invitations', { body: { role } })) })
  const give = useMutation({
    mutationFn: ({ email, to }: { email: string; to: Role }) =>
      answer(client.PUT('/api/v1/users/{email}/role', { params: { path: { email } }, body: { role: to } })),
    onSuccess: renew,
    onError: refuse,
  })
  const remove = useMutation({
    mutationFn: (email: string) => answer(client.DELETE('/api/v1/users/{email}', { params: { path: { email } } })),
    onSuccess: renew,
    onError: refuse,
  })
  const roles = ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))
  return (
    <Card title={t('users.title')}>
      {found.isError && <Fault fault={found.error} />}
      <Table
        rowKey={(row) => text(row.email)}
        loading={found.isPending}
        dataSource={found.data?.items ?? []}
        columns={[
          { title: t('join.name'), dataIndex: 'name' },
          { title: t('session.email'), dataIndex: 'email' },
          {
            title: t('users.role'),
            render: (_, row) => (
              <Select
                aria-label={`${t('users.role')} ${text(row.email)}`}
                value={text(row.role) as Role}
                options={roles}
                onChange={(to) => give.mutate({ email: text(row.email), to })}
                style={{ minWidth: 130 }}
              />
            ),
          },
          { title: t('users.since'), dataIndex: 'created_at', render: day },
          {
            render: (_, row) =>
              row.email === me ? (
                <Typography.Text type="secondary">{t('users.you')}</Typography.Text>
              ) : (
                <Popconfirm
                  title={t('users.removeWhom', { who: text(row.name) })}
                  description={t('users.removeWhat')}
                  onConfirm={() => remove.mutate(text(row.email))}
                >
                  <Button danger type="text">
                    {t('users.remove')}
                  </Button>
                </Popconfirm>
              ),
          },
        ]}
      />
      <Flex gap={8} wrap align="center" style={{ marginTop: 16 }}>
        <Select aria-label={t('users.role')} value={role} options={roles} onChange={setRole} style={{ minWidth: 130 }} />
        <Button loading={invite.isPending} onClick={() => invite.mutate()}>
          {t('users.invite')}
        </Button>
        <Typography.Text type="secondary">{t(`users.may.${role}`)}</Typography.Text>
      </Flex>
      {invite.isError && <Fault fault={invite.error} />}
      {invite.data && (
        <Alert
          type="success"
          style={{ marginTop: 12 }}
          title={t('users.link')}
          description={<Typography.Text copyable>{text(invite.data.link)}</Typography.Text>}
        />
      )}
    </Card>
  )
}

function Keys() {
  const { t } = useTranslation()
  const found = useQuery({ queryKey: ['keys'], queryFn: () => answer(client.GET('/api/v1/keys')) })
  return (
    <Card title={t('keys.title')}>
      {found.isError && <Fault fault={found.error} />}
      <Table
        rowKey={(row) => text(row.name)}
        loading={found.isPending}
        dataSource={found.data?.items ?? []}
        pagination={{ pageSize: 10, hideOnSinglePage: true }}
        columns={[
          { title: t('keys.name'), dataIndex: 'name' },
          { title: t('keys.scope'), dataIndex: 'scope' },
          { title: t('keys.begins'), dataIndex: 'begins_with', render: (first: string) => `${first}…` },
          { title: t('users.since'), dataIndex: 'created_at', render: day },
          { title: t('keys.revoked'), dataIndex: 'revoked_at', render: (at: string | null) => (at ? day(at) : '–') },
        ]}
      />
    </Card>
  )
}

function Sessions() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const found = useQuery({ queryKey: ['sessions'], queryFn: () => answer(client.GET('/api/v1/session/all')) })
  const end = useMutation({
    mutationFn: (session: string) =>
      answer(client.DELETE('/api/v1/session/all/{session}', { params: { path: { session } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
  })
  return (
    <Card title={t('sessions.title')}>
      {found.isError && <Fault fault={found.error} />}
      <Table
        rowKey={(row) => text(row.id)}
        loading={found.isPending}
        dataSource={found.data?.items ?? []}
        locale={{ emptyText: <Empty description={t('sessions.none')} /> }}
        columns={[
          { title: t('sessions.agent'), dataIndex: 'agent', ellipsis: true },
          { title: t('sessions.since'), dataIndex: 'created_at', render: instant },
          { title: t('sessions.until'), dataIndex: 'ends_at', render: instant },
          {
            render: (_, row) =>
              row.is_this ? (
                <Typography.Text type="secondary">{t('sessions.this')}</Typography.Text>
              ) : (
                <Button type="text" onClick={() => end.mutate(text(row.id))}>
                  {t('sessions.end')}
                </Button>
              ),
          },
        ]}
      />
    </Card>
  )
}
