import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input, Modal, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { day } from '../app/numbers'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'

type Task = Schemas['TaskRow']

/** Whom a task is about; of nobody where they are gone. */
function Person({ number, name }: { number: number | null; name: string }) {
  if (number === null) return <>–</>
  return (
    <Link to="/people/$number" params={{ number: String(number) }}>
      {name}
    </Link>
  )
}

/** What journeys gave people of the business to do and nobody has done yet; each is ticked off with what came of it. */
export function Tasks() {
  const { t } = useTranslation()
  const may = useMay('manage')
  const queries = useQueryClient()
  const [chosen, choose] = useState<Task>()
  const [note, write] = useState('')
  const open = useQuery({ queryKey: ['journey tasks'], queryFn: () => answer(client.GET('/api/v1/journey-tasks', { params: { query: { open: true } } })) })
  const done = useMutation({
    mutationFn: (task: string) => answer(client.POST('/api/v1/journey-tasks/{task}/done', { params: { path: { task } }, body: { note } })),
    onSuccess: async () => {
      choose(undefined)
      write('')
      await queries.invalidateQueries({ queryKey: ['journey tasks'] })
    },
  })
  const rows = open.data?.items ?? []
  if (!rows.length) return null
  return (
    <>
      <Typography.Title level={2} style={{ fontSize: 18, marginTop: 24 }}>
        {t('journeys.tasks')}
      </Typography.Title>
      <Table<Task>
        rowKey={(row) => text(row.task_id)}
        dataSource={[...rows]}
        pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { title: t('journeys.task'), render: (_, row) => text(row.task) },
          { title: t('journeys.taskFor'), render: (_, row) => text(row.assigned_to) },
          { title: t('journeys.taskAbout'), render: (_, row) => <Person number={row.profile} name={text(row.person ?? '')} /> },
          { title: t('journeys.journey'), render: (_, row) => text(row.journey) },
          { title: t('journeys.taskSince'), render: (_, row) => day(text(row.occurred_at)) },
          {
            title: '',
            render: (_, row) =>
              may && (
                <Button size="small" onClick={() => choose(row)} aria-label={t('journeys.taskDoneOf', { task: text(row.task), person: text(row.person ?? '') })}>
                  {t('journeys.taskDone')}
                </Button>
              ),
          },
        ]}
      />
      <Modal
        open={chosen !== undefined}
        title={chosen && text(chosen.task)}
        okText={t('journeys.taskDone')}
        confirmLoading={done.isPending}
        onCancel={() => choose(undefined)}
        onOk={() => chosen && done.mutate(text(chosen.task_id))}
      >
        {done.isError && <Fault fault={done.error} />}
        <Input.TextArea aria-label={t('journeys.taskNote')} placeholder={t('journeys.taskNote')} value={note} maxLength={2000} rows={3} onChange={(event) => write(event.target.value)} />
      </Modal>
    </>
  )
}
