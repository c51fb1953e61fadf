import { DownloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Descriptions, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Intervals, type Interval } from '../app/Intervals'
import { instant, money, points, share, whole } from '../app/numbers'
import { Table } from '../app/Table'
import { useSegmentNames } from '../segment/names'
import { isEstimate, resultsOf, type Opened, type Reading, type Readout } from './results'

const COUNTED = ['sent', 'opened', 'clicked', 'clicks', 'scanned'] as const

/** What a campaign changed: in words, against its holdout, by segment. */
export function CampaignResults({ name }: { name: string }) {
  const { i18n } = useTranslation()
  const found = useQuery(resultsOf(name, i18n.language))
  if (found.isPending) return <Skeleton active />
  if (found.isError && found.error instanceof Problem && found.error.status === 409)
    return <Alert type="info" showIcon title={found.error.message} />
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />
  const { sentences, readout, engagement } = found.data
  const [first, ...others] = sentences
  return (
    <Flex vertical gap={16}>
      <div>
        <Typography.Title level={2} style={{ fontSize: 20, marginTop: 0 }}>
          {text(first)}
        </Typography.Title>
        <ul style={{ paddingInlineStart: 20, margin: 0 }}>
          {others.map((each, place) => (
            <li key={place}>{text(each)}</li>
          ))}
        </ul>
      </div>
      <Downloads name={name} />
      <Still readout={readout} />
      <Arms readout={readout} />
      <Effects readout={readout} />
      <Engagement rows={engagement} control={text(readout.facts.control)} />
      {readout.segments.length > 0 && <BySegment readout={readout} />}
    </Flex>
  )
}

/** The figures as files for spreadsheets. */
function Downloads({ name }: { name: string }) {
  const { t } = useTranslation()
  return (
    <Flex gap={8} wrap>
      {(['csv', 'xlsx'] as const).map((kind) => (
        <Button
          key={kind}
          icon={<DownloadOutlined />}
          href={`/api/v1/campaigns/${encodeURIComponent(name)}/results/file?kind=${kind}`}
          download={`${name}-results.${kind}`}
        >
          {t(`results.files.${kind}`)}
        </Button>
      ))}
      <CopyAs
        command={`coterie campaigns results ${name} -o ${name}.xlsx`}
        call={`GET /api/v1/campaigns/${name}/results/file?kind=xlsx`}
      />
    </Flex>
  )
}

/** A figure with its interval, or why there is none. */
function interval(reading: Reading, label: string, shown: (value: number) => string, unit = ''): Interval {
  if (!isEstimate(reading)) {
    const why = [text(reading.reason), text(reading.needs)].filter(Boolean).join(' · ')
    return { label, span: null, words: why }
  }
  const { value, low, high } = reading
  const words = `${shown(value)}${unit} (${shown(low)} … ${shown(high)})`
  return { label, span: { value, low, high }, words, isQuiet: low <= 0 && high >= 0 }
}

function Still({ readout }: { readout: Readout }) {
  const { t } = useTranslation()
  const { open, closes_at: closes } = readout.freshness
  if (!open || !closes) return null
  return <Alert type="info" showIcon title={t('results.open', { count: open, n: whole(open), at: instant(closes) })} />
}

function Arms({ readout }: { readout: Readout }) {
  const { t } = useTranslation()
  const goal = text(readout.facts.goal_event)
  const called = (arm: string) => (arm === text(readout.facts.control) ? t('results.holdout') : arm)
  const rows = readout.arms.map((arm) => ({ ...interval(arm.rate, called(text(arm.arm)), share), isQuiet: arm.arm === readout.facts.control }))
  const currency = text(readout.facts.currency)
  return (
    <Card title={t('results.reached', { goal })} size="small">
      <Intervals rows={rows} />
      <Descriptions
        size="small"
        style={{ marginTop: 12 }}
        column={{ xs: 1, md: 2 }}
        items={readout.arms.map((arm) => ({
          key: text(arm.arm),
          label: called(text(arm.arm)),
          children: t('results.arm', {
            exposed: whole(arm.exposed),
            conversions: whole(arm.conversions),
            revenue: arm.revenue === null ? '–' : money(arm.revenue, currency, 0),
          }),
        }))}
      />
    </Card>
  )
}

function Effects({ readout }: { readout: Readout }) {
  const { t } = useTranslation()
  const currency = text(readout.facts.currency)
  const isAlone = readout.effects.length === 1
  const label = (what: string, arm: string) => (isAlone ? what : `${what}, ${arm}`)
  const about = readout.effects.map((effect) => ({ effect, arm: text(effect.arm) }))
  return (
    <Card title={t('results.changed')} size="small">
      <Intervals
        rows={about.map(({ effect, arm }) =>
          interval(effect.conversion, label(t('results.conversion'), arm), points, ` ${t('results.points')}`),
        )}
      />
      <Intervals
        rows={about.map(({ effect, arm }) =>
          interval(effect.incremental_revenue, label(t('results.revenue'), arm), (value) => money(value, currency)),
        )}
      />
      <Intervals rows={about.map(({ effect, arm }) => interval(effect.roi, label(t('results.roi'), arm), share))} />
      <Typography.Text type="secondary">{t('results.quiet')}</Typography.Text>
    </Card>
  )
}

/** What people opened and followed, as far as they let it be measured; nothing where nothing was. */
function Engagement({ rows, control }: { rows: Opened[]; control: string }) {
  const { t } = useTranslation()
  if (!rows.some((row) => row.opened || row.clicked || row.scanned)) return null
  return (
    <Card title={t('results.engagement')} size="small">
      <Table<Opened>
        size="small"
        rowKey={(row) => `${text(row.origin)}/${text(row.arm)}`}
        dataSource={rows.filter((row) => row.arm !== control)}
        pagination={false}
        columns={[
          { title: t('results.armName'), render: (_, row) => text(row.arm) },
          ...COUNTED.map((key) => ({ title: t(`results.counted.${key}`), align: 'end' as const, render: (_: unknown, row: Opened) => whole(Number(row[key])) })),
        ]}
      />
      <Typography.Text type="secondary">{t('results.engagementWhat')}</Typography.Text>
    </Card>
  )
}

function BySegment({ readout }: { readout: Readout }) {
  const { t } = useTranslation()
  const label = useSegmentNames(readout.groups.segmentation ? text(readout.groups.segmentation) : null)
  const isAlone = readout.effects.length === 1
  return (
    <Card title={t('results.bySegment')} size="small">
      <Intervals
        rows={readout.segments.map((each) => {
          const called = label(text(each.segment))
          const row = interval(each.conversion, isAlone ? called : `${called}, ${text(each.arm)}`, points, ` ${t('results.points')}`)
          return { ...row, isQuiet: each.adjusted_p === null || each.adjusted_p > 0.05 }
        })}
      />
      <Typography.Text type="secondary">{t('results.corrected', { count: readout.segments.length })}</Typography.Text>
    </Card>
  )
}
