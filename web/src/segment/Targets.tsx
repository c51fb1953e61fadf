import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Card, Empty, Flex, Skeleton, Typography, theme } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Bars } from '../app/Bars'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { decimal, share } from '../app/numbers'
import { Page } from '../app/Page'
import { useMay } from '../protect/session'

type Target = Schemas['TargetRow']

const ATTRACTIVENESS = ['value', 'size', 'growth'] as const
const ABILITY = ['reach', 'response', 'cost'] as const
type Criterion = (typeof ATTRACTIVENESS)[number] | (typeof ABILITY)[number]
const SHARES: readonly Criterion[] = ['growth', 'reach', 'response']

/** Segments as targets, best first: why each stands where it does, and a campaign to make of it. */
export function Targets() {
  const { t, i18n } = useTranslation()
  const found = useQuery({
    queryKey: ['targets', i18n.language],
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/segment-targets')),
  })
  const rows = found.data?.items ?? []
  const figure = (row: Target, criterion: Criterion) => {
    const raw = row[criterion]
    return raw === null ? '–' : SHARES.includes(criterion) ? share(raw) : decimal(raw)
  }
  return (
    <Page title={t('targets.title')} actions={<CopyAs command="coterie segments targets" call="GET /api/v1/segment-targets" />}>
      <Typography.Paragraph type="secondary">{t('targets.about')}</Typography.Paragraph>
      {found.isPending && <Skeleton active />}
      {found.isError && <Fault fault={found.error} again={() => void found.refetch()} />}
      {found.isSuccess && !rows.length && (
        <Empty description={t('targets.empty')}>
          <Link to="/segments">{t('rooms.segments')}</Link>
        </Empty>
      )}
      {rows.length > 0 && (
        <>
          <Figure
            title={t('targets.ranked')}
            words={[t('targets.score'), ...left(rows).map((each) => t('targets.left', { what: t(`targets.criteria.${each}`) }))]}
            rows={rows}
            columns={[
              { title: t('targets.rank'), dataIndex: 'rank' },
              { title: t('segments.name'), render: (_, row) => <Named row={row} /> },
              { title: t('targets.attractiveness'), dataIndex: 'attractiveness', align: 'right', render: decimal },
              { title: t('targets.ability'), dataIndex: 'ability', align: 'right', render: decimal },
              ...[...ATTRACTIVENESS, ...ABILITY].map((criterion) => ({
                title: t(`targets.criteria.${criterion}`),
                align: 'right' as const,
                render: (_: unknown, row: Target) => figure(row, criterion),
              })),
            ]}
          >
            <Bars
              label={t('targets.ranked')}
              bars={rows.map((row) => ({ key: text(row.segment), label: <Named row={row} />, value: row.score, said: decimal(row.score) }))}
            />
          </Figure>
          <Flex vertical gap={12} component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
            {rows.map((row) => (
              <Reasons key={text(row.segment)} row={row} figure={figure} />
            ))}
          </Flex>
        </>
      )}
    </Page>
  )
}

/** Criteria of which nothing is known for any segment. */
const left = (rows: readonly Target[]) => [...ATTRACTIVENESS, ...ABILITY].filter((each) => rows.every((row) => row[each] === null))

function Named({ row }: { row: Target }) {
  return (
    <Link to="/segments/$name" params={{ name: text(row.segment) }}>
      {text(row.name)}
    </Link>
  )
}

/** Why a segment stands where it does, criterion by criterion, and what to do with it. */
function Reasons({ row, figure }: { row: Target; figure: (row: Target, criterion: Criterion) => string }) {
  const { t } = useTranslation()
  const { token } = theme.useToken()
  const may = useMay('manage')
  const name = text(row.segment)
  const half = (words: string, criteria: readonly Criterion[]) => {
    const known = criteria.filter((each) => row[each] !== null)
    if (!known.length) return null
    return (
      <div style={{ flex: '1 1 260px', minWidth: 0 }}>
        <h3 style={{ fontSize: 13, margin: '0 0 6px', color: token.colorTextSecondary }}>{words}</h3>
        <Bars
          label={`${words}: ${text(row.name)}`}
          bars={known.map((each) => ({
            key: each,
            label: t(`targets.criteria.${each}`),
            value: row[`${each}_scaled`] ?? 0,
            said: figure(row, each),
          }))}
        />
      </div>
    )
  }
  return (
    <li>
      <Card size="small">
        <Flex justify="space-between" align="flex-start" gap={8} wrap style={{ marginBottom: 8 }}>
          <h2 style={{ fontSize: 16, margin: 0 }}>
            {row.rank}. <Named row={row} />
          </h2>
          {may && (
            <Link to="/campaigns/new" search={{ segment: name }}>
              <Button type={row.rank === 1 ? 'primary' : 'default'}>{t('targets.campaign')}</Button>
            </Link>
          )}
        </Flex>
        <Typography.Paragraph>{text(row.explanation)}</Typography.Paragraph>
        <Flex gap={24} wrap>
          {half(t('targets.attractiveness'), ATTRACTIVENESS)}
          {half(t('targets.ability'), ABILITY)}
        </Flex>
      </Card>
    </li>
  )
}
