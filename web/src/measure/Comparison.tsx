import { Link } from '@tanstack/react-router'
import { Card, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { lookOf, State } from '../app/State'
import { Table } from '../app/Table'
import { day } from '../app/numbers'
import { useComparison } from './comparing'
import { changed, written } from './figures'
import { KpiTargets } from './KpiTargets'

type Change = Schemas['KpiChange']

/** Every key figure with its range, what it was before, and whether that is more than chance. */
export function Comparison({ days }: { days: number }) {
  const { t } = useTranslation()
  const found = useComparison({ days })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { figures, finding, since, until, before_since } = found.data
  const currency = text(found.data.currency)
  const right = { align: 'right' as const }
  return (
    <>
      <KpiTargets currency={currency} />
      <Card size="small" title={<h2 style={{ fontSize: 16, margin: 0, whiteSpace: 'normal' }}>{t('kpis.compared', { since: day(since), until: day(until), before: day(before_since) })}</h2>}>
        {finding.map((each) => (
          <Typography.Paragraph key={text(each)}>{text(each)}</Typography.Paragraph>
        ))}
        <Table<Change>
          rowKey={(row) => text(row.kpi)}
          dataSource={figures}
          size="middle"
          scroll={{ x: 'max-content' }}
          columns={[
            {
              title: t('kpis.figure'),
              render: (_, row) => (
                <Link to="/kpis" search={{ by: 'period', kpi: text(row.kpi), days: '365' }}>
                  {text(row.label)}
                </Link>
              ),
            },
            {
              title: t('kpis.now'),
              ...right,
              render: (_, row) => (
                <>
                  <strong>{written(row.value, text(row.unit), currency)}</strong>
                  {row.low !== null && (
                    <div>
                      <Typography.Text type="secondary">{`${written(row.low, text(row.unit), currency)} – ${written(row.high, text(row.unit), currency)}`}</Typography.Text>
                    </div>
                  )}
                </>
              ),
            },
            { title: t('kpis.before'), ...right, render: (_, row) => written(row.before, text(row.unit), currency) },
            { title: t('kpis.change'), ...right, render: (_, row) => changed(row.change, text(row.unit)) },
            {
              title: t('kpis.verdict'),
              render: (_, row) => (
                <div style={{ maxWidth: 260, whiteSpace: 'normal' }}>
                  <State is={row.verdict === 'unknown' ? 'plain' : lookOf(text(row.verdict))}>{t(`kpis.verdicts.${text(row.verdict)}`)}</State>
                  {row.reason && <Typography.Text type="secondary">{text(row.reason)}</Typography.Text>}
                </div>
              ),
            },
          ]}
        />
        <Typography.Paragraph type="secondary" style={{ marginTop: 8, marginBottom: 0 }}>
          {t('kpis.points')}
        </Typography.Paragraph>
      </Card>
    </>
  )
}
