import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Empty, Flex, Input, Select, Skeleton, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { instant, whole } from '../app/numbers'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'
import { edited, together, type Edits } from './mending'

const MOST = 200

/** Rows and messages that were refused: mended in place, tried, and loaded again. */
export function Quarantine({ waiting }: { waiting: number }) {
  const { t, i18n } = useTranslation()
  const may = useMay('manage')
  const queries = useQueryClient()
  const { message } = App.useApp()
  const [source, choose] = useState<string | null>(null)
  const [edits, edit] = useState<Edits>({})
  const [known, knowMore] = useState<string[]>([])
  const found = useQuery({
    queryKey: ['quarantine', source, i18n.language],
    queryFn: async () => {
      const page = await answer(client.GET('/api/v1/quarantine', { params: { query: { source, most: MOST } } }))
      if (source === null) knowMore([...new Set(page.items.map((each) => text(each.source)))])
      return page.items
    },
  })
  const replay = useMutation({
    mutationFn: (dry_run: boolean) =>
      answer(client.POST('/api/v1/quarantine/replay', { body: { source, edits: edits as Record<string, Record<string, unknown>>, dry_run } })),
    onSuccess: async (results, dry) => {
      const sum = together(results.items)
      if (dry) return
      void message.success(t('quarantine.loaded', { accepted: whole(sum.accepted), refused: whole(sum.refused) }))
      edit({})
      await queries.invalidateQueries()
    },
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  if (!found.data.length && source === null) return <Empty description={t('quarantine.none')} />
  const tried = replay.variables && replay.data ? together(replay.data.items) : null
  return (
    <Flex vertical gap={12}>
      <Typography.Text type="secondary">{t('quarantine.about')}</Typography.Text>
      <Flex gap={8} wrap align="center">
        <Select
          aria-label={t('data.source')}
          value={source ?? ''}
          options={[{ value: '', label: t('quarantine.all') }, ...known.map((value) => ({ value, label: value }))]}
          onChange={(chosen) => choose(chosen || null)}
          style={{ minWidth: 180 }}
        />
        {may && (
          <>
            <Button loading={replay.isPending && replay.variables} onClick={() => replay.mutate(true)}>
              {t('quarantine.try')}
            </Button>
            <Button type="primary" loading={replay.isPending && !replay.variables} onClick={() => replay.mutate(false)}>
              {t('quarantine.replay')}
            </Button>
          </>
        )}
        <CopyAs
          command={`coterie quarantine replay${source ? ` --source ${source}` : ''} --edits FILE`}
          call="POST /api/v1/quarantine/replay"
        />
        {Object.keys(edits).length > 0 && (
          <Typography.Text>{t('quarantine.mended', { count: Object.keys(edits).length })}</Typography.Text>
        )}
      </Flex>
      {replay.isError && <Fault fault={replay.error} />}
      {tried && (
        <Alert
          type={tried.refused ? 'warning' : 'success'}
          showIcon
          title={t('quarantine.would', { accepted: whole(tried.accepted), refused: whole(tried.refused) })}
        />
      )}
      <Table<Schemas['RefusedRow']>
        rowKey="quarantine_id"
        size="small"
        dataSource={found.data}
        pagination={{ pageSize: 20, hideOnSinglePage: true, showSizeChanger: false }}
        expandable={{
          rowExpandable: (row) => !!row.raw,
          expandedRowRender: (row) => (
            <pre style={{ margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text(row.raw)}</pre>
          ),
        }}
        columns={[
          {
            title: t('data.source'),
            render: (_, row) => (
              <>
                {text(row.source)}
                <br />
                <Typography.Text type="secondary">
                  {text(row.file)}
                  {row.line !== null && `:${row.line}`}
                </Typography.Text>
              </>
            ),
          },
          { title: t('data.reason'), render: (_, row) => <div style={{ minWidth: 150 }}>{text(row.reason)}</div> },
          { title: t('data.column'), responsive: ['sm'], render: (_, row) => text(row.column_name) || '–' },
          {
            title: t('data.value'),
            render: (_, row) => {
              const column = text(row.column_name)
              const value = text(row.value)
              if (!may || !column) return value || '–'
              return (
                <Input
                  aria-label={t('quarantine.mend', { column, line: row.line ?? row.quarantine_id })}
                  value={edits[row.quarantine_id]?.[column] ?? value}
                  status={edits[row.quarantine_id]?.[column] === undefined ? undefined : 'warning'}
                  onChange={({ target }) => edit(edited(edits, { quarantine_id: row.quarantine_id, value }, column, target.value))}
                  style={{ minWidth: 130 }}
                />
              )
            },
          },
          { title: t('quarantine.at'), responsive: ['md'], render: (_, row) => instant(row.refused_at) },
        ]}
      />
      {waiting > MOST && source === null && (
        <Typography.Text type="secondary">{t('quarantine.first', { shown: whole(MOST), all: whole(waiting) })}</Typography.Text>
      )}
    </Flex>
  )
}
