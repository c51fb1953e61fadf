import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Flex, Input, Modal, Tag, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { day, whole } from '../app/numbers'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'

interface Act {
  name: string
  way: 'add' | 'remove'
}

/** Lists that people are put on and taken off, one by one or many at once. */
export function Lists() {
  const { t } = useTranslation()
  const may = useMay('manage')
  const [act, choose] = useState<Act>()
  const [isNew, begin] = useState(false)
  const found = useQuery({ queryKey: ['lists'], queryFn: () => answer(client.GET('/api/v1/lists')) })
  const rows = found.data?.items ?? []
  if (!rows.length && !may) return null
  return (
    <>
      <Flex align="center" gap={8} style={{ marginTop: 24 }}>
        <Typography.Title level={2} style={{ fontSize: 18, margin: 0, flex: 1 }}>
          {t('lists.title')}
        </Typography.Title>
        <CopyAs command="coterie lists list" call="GET /api/v1/lists" />
        {may && <Button onClick={() => begin(true)}>{t('lists.new')}</Button>}
      </Flex>
      <Typography.Paragraph type="secondary">{t('lists.hint')}</Typography.Paragraph>
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {rows.length > 0 && (
        <Table
          rowKey={(row) => text(row.name)}
          dataSource={[...rows]}
          pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
          columns={[
            {
              title: t('lists.name'),
              render: (_, row) => (
                <>
                  {text(row.label) || text(row.name)} {row.is_uploaded && <Tag>{t('lists.uploaded')}</Tag>}
                </>
              ),
            },
            { title: t('lists.people'), dataIndex: 'people', align: 'right', render: (n: number) => whole(n) },
            { title: t('lists.changed'), dataIndex: 'changed_at', render: (at: string | null) => (at ? day(at) : '–') },
            {
              title: '',
              render: (_, row) =>
                may &&
                !row.is_uploaded && (
                  <Flex gap={8} wrap>
                    {(['add', 'remove'] as const).map((way) => (
                      <Button key={way} size="small" aria-label={t(way === 'add' ? 'lists.addTo' : 'lists.removeFrom', { name: text(row.name) })} onClick={() => choose({ name: text(row.name), way })}>
                        {t(`lists.${way}`)}
                      </Button>
                    ))}
                  </Flex>
                ),
            },
          ]}
        />
      )}
      {act && <People act={act} close={() => choose(undefined)} />}
      {isNew && <Begun close={() => begin(false)} />}
    </>
  )
}

/** Whom to put on a list or take off it, and what became of them. */
function People({ act, close }: { act: Act; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [typed, type] = useState('')
  const keys = typed.split('\n').map((each) => each.trim()).filter(Boolean)
  const done = useMutation({
    mutationFn: () => {
      const said = { params: { path: { name: act.name } }, body: { keys } }
      return answer(act.way === 'add' ? client.POST('/api/v1/lists/{name}/add', said) : client.POST('/api/v1/lists/{name}/remove', said))
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['lists'] }),
  })
  const title = t(act.way === 'add' ? 'lists.addTo' : 'lists.removeFrom', { name: act.name })
  return (
    <Modal open title={title} okText={t(`lists.${act.way}`)} okButtonProps={{ disabled: !keys.length }} confirmLoading={done.isPending} onCancel={close} onOk={() => done.mutate()}>
      <Input.TextArea aria-label={t('lists.who')} placeholder={t('lists.who')} rows={5} value={typed} onChange={(event) => type(event.target.value)} />
      {done.isError && <Fault fault={done.error} />}
      {done.isSuccess && <Became of={done.data} />}
    </Modal>
  )
}

function Became({ of }: { of: Schemas['ListChanged'] }) {
  const { t } = useTranslation()
  const { changed, unchanged, newcomers, refused } = of
  return (
    <div role="status" style={{ marginTop: 12 }}>
      <Typography.Text>{t('lists.done', { changed, unchanged, newcomers, refused })}</Typography.Text>
      {(of.reasons ?? []).map((each) => (
        <div key={text(each.key)}>
          <Typography.Text type="secondary">
            {text(each.key)}: {text(each.reason)}
          </Typography.Text>
        </div>
      ))}
    </div>
  )
}

/** A list that there is not yet. */
function Begun({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, call] = useState('')
  const [label, entitle] = useState('')
  const made = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/lists', { body: { name, label } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['lists'] })
      close()
    },
  })
  return (
    <Modal open title={t('lists.new')} okText={t('lists.create')} okButtonProps={{ disabled: !name }} confirmLoading={made.isPending} onCancel={close} onOk={() => made.mutate()}>
      <Flex vertical gap={8}>
        <Input aria-label={t('lists.name')} placeholder={t('lists.name')} value={name} onChange={(event) => call(event.target.value.trim())} />
        <Input aria-label={t('lists.label')} placeholder={t('lists.label')} value={label} onChange={(event) => entitle(event.target.value)} />
        {made.isError && <Fault fault={made.error} />}
      </Flex>
    </Modal>
  )
}
