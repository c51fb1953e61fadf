import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Flex, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'
import { Said } from '../app/Said'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'

/** What is done by itself, when it was and when it will be. */
export function Schedules() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const may = useMay('reach')
  const found = useQuery({ queryKey: ['schedules'], queryFn: () => answer(client.GET('/api/v1/schedules')) })
  const run = useMutation({
    mutationFn: (name: string) => answer(client.POST('/api/v1/schedules/{name}/run', { params: { path: { name } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }),
    onError: (fault) => void message.error(fault.message),
  })
  const at = (when: string | null) => (when ? instant(when) : '–')
  return (
    <>
      <Flex justify="space-between" align="center" wrap gap={8} style={{ margin: '24px 0 8px' }}>
        <Typography.Title level={2} style={{ fontSize: 18, margin: 0 }}>
          {t('schedules.title')}
        </Typography.Title>
        <CopyAs command="coterie schedules" call="GET /api/v1/schedules" />
      </Flex>
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !found.data.items.length && (
        <Typography.Paragraph type="secondary">
          <Said words={t('schedules.empty')} />
        </Typography.Paragraph>
      )}
      {found.isSuccess && found.data.items.length > 0 && (
        <Table
          rowKey={(row) => text(row.schedule)}
          dataSource={found.data.items}
          columns={[
            { title: t('schedules.name'), dataIndex: 'schedule' },
            { title: t('jobs.what'), render: (_, row) => t(`jobs.kinds.${text(row.run)}`, { defaultValue: text(row.run) }) },
            { title: t('schedules.when'), dataIndex: 'when' },
            { title: t('schedules.last'), dataIndex: 'last_at', render: at },
            { title: t('schedules.next'), dataIndex: 'next_at', render: at },
            {
              render: (_, row) =>
                may && (
                  <Button size="small" loading={run.isPending && run.variables === row.schedule} onClick={() => run.mutate(text(row.schedule))}>
                    {t('schedules.now')}
                  </Button>
                ),
            },
          ]}
        />
      )}
    </>
  )
}
