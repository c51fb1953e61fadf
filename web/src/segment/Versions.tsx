import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'
import { changedIn } from './versions'

/** Every version of a segment's definition with what it changed; any of them can be made the newest again. */
export function Versions({ name }: { name: string }) {
  const { t } = useTranslation()
  const may = useMay('manage')
  const { message } = App.useApp()
  const queries = useQueryClient()
  const params = { path: { name } }
  const found = useQuery({
    queryKey: ['versions', name],
    queryFn: () => answer(client.GET('/api/v1/segments/{name}/versions', { params })),
  })
  const back = useMutation({
    mutationFn: (version: number) => answer(client.POST('/api/v1/segments/{name}/rollback', { params, body: { version } })),
    onSuccess: async (made) => {
      void message.success(t('segments.rolledBack', { version: made.version, same: made.same_as }))
      await queries.invalidateQueries()
    },
    onError: (fault) => void message.error(fault.message),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const kept = found.data.items
  const newest = kept.at(-1)?.version
  const rows = kept.map((each, place) => ({ ...each, changed: changedIn(each.body, kept[place - 1]?.body) })).toReversed()
  return (
    <Table
      rowKey="version"
      size="small"
      dataSource={rows}
      pagination={{ pageSize: 20, hideOnSinglePage: true }}
      expandable={{
        expandedRowRender: (row) => (
          <Flex vertical gap={8}>
            {row.changed.map((change) => (
              <div key={change.field}>
                <Typography.Text strong>{change.field}</Typography.Text>
                {change.before !== undefined && <Written said={change.before} is="del" />}
                {change.after !== undefined && <Written said={change.after} is="ins" />}
              </div>
            ))}
          </Flex>
        ),
      }}
      columns={[
        { title: t('segments.version'), dataIndex: 'version', align: 'right' },
        { title: t('segments.savedAt'), dataIndex: 'created_at', render: instant },
        { title: t('segments.savedBy'), dataIndex: 'author', render: text },
        { title: t('segments.changed'), render: (_, row) => row.changed.map((each) => each.field).join(', ') },
        ...(may
          ? [
              {
                title: '',
                render: (_: unknown, row: { version: number }) =>
                  row.version === newest ? null : (
                    <Button
                      size="small"
                      loading={back.isPending && back.variables === row.version}
                      onClick={() => back.mutate(row.version)}
                    >
                      {t('segments.rollBack')}
                    </Button>
                  ),
              },
            ]
          : []),
      ]}
    />
  )
}

function Written({ said, is: Mark }: { said: string; is: 'ins' | 'del' }) {
  return (
    <pre style={{ margin: 0, whiteSpace: 'pre-wrap' }}>
      <Mark>{said}</Mark>
    </pre>
  )
}
