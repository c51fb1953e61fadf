import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Flex, Segmented, Select, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Page } from '../app/Page'
import { useDivision } from '../segment/divisions'
import { Comparison } from './Comparison'
import { DAYS, DIMENSIONS, type Dimension } from './figures'
import { Groups } from './Groups'
import { Periods } from './Periods'

/** Key figures: all beside the time before, or one by segment, channel, campaign or month. */
export function Kpis() {
  const { t, i18n } = useTranslation()
  const { called } = useDivision()
  const navigate = useNavigate()
  const asked = useSearch({ strict: false })
  const by = DIMENSIONS.find((each) => each === asked.by)
  const days = Number(asked.days) || 90
  const kpi = asked.kpi ?? 'revenue'
  const of = asked.of
  const put = (more: Record<string, string | undefined>) =>
    void navigate({ to: '/kpis', search: { ...asked, ...more }, replace: true, resetScroll: false })
  const list = useQuery({ queryKey: ['kpis', i18n.language], staleTime: 60_000, queryFn: () => answer(client.GET('/api/v1/kpis')) })
  const divisions = useQuery({
    queryKey: ['segmentations'],
    enabled: by === 'segment',
    queryFn: () => answer(client.GET('/api/v1/segmentations')),
  })
  const options = `${by && by !== 'period' ? ` --by ${by}` : ''}${of && by === 'segment' ? ` --segmentation ${of}` : ''}`
  const query = `${by ? `name=${kpi}&by=${by}&` : ''}${of && by === 'segment' ? `segmentation=${of}&` : ''}days=${days}`
  return (
    <Page
      title={t('rooms.kpis')}
      actions={
        by === 'period' ? (
          <CopyAs command={`coterie kpis show ${kpi} --by period`} call={`GET /api/v1/kpis/values?name=${kpi}&by=period`} />
        ) : (
          <CopyAs command={`coterie kpis compare ${by ? kpi : ''}${options} --days ${days}`} call={`GET /api/v1/kpis/comparison?${query}`} />
        )
      }
    >
      <Flex gap={12} wrap align="center" style={{ marginBottom: 16 }}>
        <div style={{ maxWidth: '100%', overflowX: 'auto' }}>
          <Segmented
            aria-label={t('kpis.by')}
            value={by ?? 'all'}
            onChange={(value) => put({ by: value === 'all' ? undefined : String(value) })}
            options={['all', ...DIMENSIONS].map((value) => ({ value, label: t(`kpis.dimensions.${value}`) }))}
          />
        </div>
        <Select
          aria-label={t('kpis.days')}
          value={days}
          onChange={(value) => put({ days: String(value) })}
          options={DAYS.map((value) => ({ value, label: t('kpis.last', { n: value }) }))}
        />
        {by && (
          <Select
            aria-label={t('kpis.which')}
            value={kpi}
            showSearch={{ optionFilterProp: 'label' }}
            onChange={(value) => put({ kpi: value })}
            options={list.data?.items.map((each) => ({ value: text(each.name), label: text(each.label) }))}
            style={{ minWidth: 220 }}
          />
        )}
        {by === 'segment' && (
          <Select
            aria-label={t('kpis.of')}
            value={of ?? ''}
            onChange={(value) => put({ of: value || undefined })}
            options={[
              { value: '', label: t('rooms.segments') },
              ...(divisions.data?.items ?? []).map((each) => ({ value: text(each.segmentation), label: called(text(each.segmentation)) })),
            ]}
            style={{ minWidth: 180 }}
          />
        )}
      </Flex>
      {list.isError && <Fault fault={list.error} again={() => void list.refetch()} />}
      {list.isPending && <Skeleton active />}
      {list.isSuccess && <Shown by={by} days={days} kpi={kpi} of={of} />}
    </Page>
  )
}

function Shown({ by, ...asked }: { by?: Dimension; days: number; kpi: string; of?: string }) {
  if (!by) return <Comparison days={asked.days} />
  return by === 'period' ? <Periods kpi={asked.kpi} days={asked.days} /> : <Groups by={by} {...asked} />
}
