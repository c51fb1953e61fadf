import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Card, Flex, Form, InputNumber, Modal, Select, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { lookOf, State } from '../app/State'
import { Table } from '../app/Table'
import { useMay } from '../protect/session'
import { written } from './figures'

type Target = Schemas['KpiTargetRow']
type Every = Schemas['TargetGiven']['every']

const EVERY = ['day', 'week', 'month', 'quarter', 'year'] as const
const SHARES = ['share', 'relative']

/** What key figures are to reach, as it stands now. */
export function useTargets() {
  const { i18n } = useTranslation()
  return useQuery({ queryKey: ['kpi-targets', i18n.language], queryFn: () => answer(client.GET('/api/v1/kpis/targets')) })
}

/** What key figures are to reach, whether they did in the last whole period, and a form for more. */
export function KpiTargets({ currency }: { currency: string }) {
  const { t } = useTranslation()
  const may = useMay('manage')
  const queries = useQueryClient()
  const [edited, edit] = useState<Partial<Target>>()
  const found = useTargets()
  const dropped = useMutation({
    mutationFn: (row: Target) => answer(client.DELETE('/api/v1/kpis/targets/{name}', { params: { path: { name: text(row.kpi) } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['kpi-targets'] }),
  })
  const rows = found.data?.items ?? []
  if (found.isSuccess && !rows.length && !may) return null
  const amount = (value: number | null | undefined, row: Target) => written(value, text(row.unit), currency)
  return (
    <Card
      size="small"
      style={{ marginBottom: 16 }}
      title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('kpiTargets.title')}</h2>}
      extra={
        <Flex gap={8}>
          <CopyAs command="coterie kpis targets" call="GET /api/v1/kpis/targets" />
          {may && <Button onClick={() => edit({})}>{t('kpiTargets.new')}</Button>}
        </Flex>
      }
    >
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {dropped.isError && <Fault fault={dropped.error} />}
      {dropped.variables && dropped.isSuccess && (
        <Flex gap={8} align="center" role="status" style={{ marginBottom: 8 }}>
          {t('kpiTargets.dropped', { label: text(dropped.variables.label) })}
          <Put row={dropped.variables} done={dropped.reset} />
        </Flex>
      )}
      {found.isSuccess && !rows.length && <Typography.Text type="secondary">{t('kpiTargets.none')}</Typography.Text>}
      {rows.length > 0 && (
        <Table<Target>
          rowKey={(row) => text(row.kpi)}
          dataSource={[...rows]}
          size="middle"
          scroll={{ x: 'max-content' }}
          columns={[
            { title: t('kpis.figure'), render: (_, row) => text(row.label) },
            {
              title: t('kpiTargets.target'),
              align: 'right',
              render: (_, row) => t(`kpiTargets.each.${row.every as Every & string}`, { value: amount(row.target, row) }),
            },
            { title: t('kpiTargets.reached'), align: 'right', render: (_, row) => amount(row.value, row) },
            {
              title: t('kpis.verdict'),
              render: (_, row) => (
                <div style={{ maxWidth: 320, whiteSpace: 'normal' }}>
                  <State is={lookOf(text(row.verdict))}>{t(`kpiTargets.verdicts.${text(row.verdict)}`)}</State>
                  <Typography.Text type="secondary">{text(row.finding)}</Typography.Text>
                </div>
              ),
            },
            ...(may
              ? [
                  {
                    title: '',
                    render: (_: unknown, row: Target) => (
                      <Flex gap={8}>
                        <Button size="small" aria-label={t('kpiTargets.changeOf', { label: text(row.label) })} onClick={() => edit(row)}>
                          {t('kpiTargets.change')}
                        </Button>
                        <Button size="small" aria-label={t('kpiTargets.dropOf', { label: text(row.label) })} onClick={() => dropped.mutate(row)}>
                          {t('kpiTargets.drop')}
                        </Button>
                      </Flex>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {edited && <Aim from={edited} close={() => edit(undefined)} />}
    </Card>
  )
}

function usePut(done: () => void) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ kpi, value, every }: { kpi: string; value: number; every: Every }) =>
      answer(client.PUT('/api/v1/kpis/targets/{name}', { params: { path: { name: kpi } }, body: { value, every } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['kpi-targets'] })
      done()
    },
  })
}

function Put({ row, done }: { row: Target; done: () => void }) {
  const { t } = useTranslation()
  const put = usePut(done)
  return (
    <>
      <Button size="small" loading={put.isPending} onClick={() => put.mutate({ kpi: text(row.kpi), value: row.target, every: row.every as Every })}>
        {t('kpiTargets.undo')}
      </Button>
      {put.isError && <Fault fault={put.error} />}
    </>
  )
}

/** What one figure is to reach; shares are typed as percent. */
function Aim({ from, close }: { from: Partial<Target>; close: () => void }) {
  const { t, i18n } = useTranslation()
  const list = useQuery({ queryKey: ['kpis', i18n.language], staleTime: 60_000, queryFn: () => answer(client.GET('/api/v1/kpis')) })
  const able = list.data?.items.filter((each) => each.direction !== 'none') ?? []
  const isShare = (name: string | undefined) => SHARES.includes(text(able.find((each) => each.name === name)?.unit ?? from.unit))
  const [kpi, choose] = useState(from.kpi as string | undefined)
  const [every, last] = useState<Every>((from.every as Every | undefined) ?? 'month')
  const [typed, type] = useState<number | null>(from.target === undefined ? null : isShare(text(from.kpi)) ? +(100 * from.target).toFixed(8) : from.target)
  const put = usePut(close)
  const save = () => {
    if (kpi && typed !== null) put.mutate({ kpi, every, value: isShare(kpi) ? +(typed / 100).toFixed(10) : typed })
  }
  return (
    <Modal open title={t('kpiTargets.new')} okText={t('kpiTargets.save')} okButtonProps={{ disabled: !kpi || typed === null }} confirmLoading={put.isPending} onCancel={close} onOk={save}>
      <Form layout="vertical" onSubmitCapture={save}>
        <Form.Item label={t('kpis.which')} htmlFor="target-of">
          <Select
            id="target-of"
            value={kpi}
            disabled={!!from.kpi}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={choose}
            options={able.map((each) => ({ value: text(each.name), label: text(each.label) }))}
          />
        </Form.Item>
        <Form.Item label={t('kpiTargets.value')} htmlFor="target-value">
          <InputNumber id="target-value" value={typed} onChange={type} style={{ width: 200 }} suffix={isShare(kpi) ? '%' : undefined} />
        </Form.Item>
        <Form.Item label={t('kpiTargets.every')} htmlFor="target-every">
          <Select id="target-every" value={every} onChange={last} options={EVERY.map((value) => ({ value, label: t(`kpiTargets.spans.${value}`) }))} />
        </Form.Item>
      </Form>
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {put.isError && <Fault fault={put.error} />}
    </Modal>
  )
}
