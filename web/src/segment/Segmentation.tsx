import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Bars } from '../app/Bars'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { Figure } from '../app/Figure'
import { decimal, share, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Discover } from './Discover'
import { cellBegun, partBegun, useDivision } from './divisions'
import { Evidence } from './Evidence'
import { Part } from './Part'
import { Quality } from './Quality'
import { pairOf, RfmGrid, tilesOf, useGrid } from './RfmGrid'
import { StageMoves } from './StageMoves'

type Division = Schemas['SegmentationShown']

/** One division of the base: its picture, its parts to click into, and whether it is worth using. */
export function SegmentationPage() {
  const { i18n } = useTranslation()
  const { called } = useDivision()
  const navigate = useNavigate()
  const name = String(useParams({ strict: false }).name)
  const { part, cell } = useSearch({ strict: false })
  const found = useQuery({
    queryKey: ['segmentation', name, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/segmentations/{name}', { params: { path: { name }, query: { personas: false } } })),
  })
  const choose = (search: { part?: string; cell?: string }) =>
    void navigate({ to: '/segmentations/$name', params: { name }, search, resetScroll: false })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  const division = found.data
  const isGrid = division.kind === 'rfm'
  return (
    <Page
      title={called(name)}
      actions={
        <>
          <CopyAs command={`coterie segmentations show ${name}`} call={`GET /api/v1/segmentations/${name}`} />
          {division.kind === 'discovered' && <Discover />}
        </>
      }
    >
      {division.kind === 'discovered' && <Evidence name={name} />}
      {isGrid && name === 'rfm' && <RfmGrid chosen={cell} choose={(key) => choose({ cell: key })} />}
      {cell && <ChosenCell cell={cell} close={() => choose({})} />}
      {part && <ChosenPart division={division} part={part} close={() => choose({})} />}
      <Parts division={division} />
      {division.kind === 'lifecycle' && <StageMoves name={name} asOf={division.as_of} />}
      <Quality name={name} />
    </Page>
  )
}

/** The parts by size, each a link to itself. */
function Parts({ division }: { division: Division }) {
  const { t } = useTranslation()
  const name = text(division.segmentation)
  const link = (row: Division['parts'][number]) => (
    <Link to="/segmentations/$name" params={{ name }} search={{ part: text(row.segment) }} resetScroll={false}>
      {text(row.name)}
    </Link>
  )
  const most = { align: 'right' as const }
  return (
    <Figure
      title={t('segmentations.parts')}
      words={division.finding.map(text)}
      rows={division.parts}
      columns={[
        { title: t('segmentations.part'), render: (_, row) => text(row.name) },
        { title: t('segments.size'), dataIndex: 'size', ...most, render: whole },
        { title: t('segments.share'), dataIndex: 'share', ...most, render: (n: number | null) => (n === null ? '–' : share(n)) },
        { title: t('segmentations.revenue'), dataIndex: 'revenue', ...most, render: (n: number | null) => (n === null ? '–' : whole(Math.round(n))) },
        { title: t('segmentations.revenueShare'), dataIndex: 'revenue_share', ...most, render: (n: number | null) => (n === null ? '–' : share(n)) },
        { title: t('segmentations.orders'), dataIndex: 'orders_each', ...most, render: (n: number | null) => (n === null ? '–' : decimal(n)) },
      ]}
    >
      <Bars
        label={t('segmentations.parts')}
        bars={division.parts.slice(0, 30).map((row) => ({
          key: text(row.segment),
          label: link(row),
          value: row.size,
          said: `${whole(row.size)} · ${share(row.share ?? 0)}`,
        }))}
      />
    </Figure>
  )
}

function ChosenPart({ division, part, close }: { division: Division; part: string; close: () => void }) {
  const { t, i18n } = useTranslation()
  const name = text(division.segmentation)
  const told = useQuery({
    queryKey: ['personas', name, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/segmentations/{name}', { params: { path: { name } } })),
  })
  const row = division.parts.find((each) => text(each.segment) === part)
  if (!row) return <Fault fault={new Error(t('segmentations.gone', { part }))} />
  const label = text(row.name)
  const said = told.data?.personas[label]?.map(text) ?? [told.isError ? told.error.message : t('loading')]
  return (
    <Part segmentation={name} part={part} title={label} words={said} begun={partBegun(name, part, label)} close={close} />
  )
}

function ChosenCell({ cell, close }: { cell: string; close: () => void }) {
  const { t } = useTranslation()
  const grid = useGrid().data
  const [recency = 0, frequency = 0] = cell.split('-').map(Number)
  if (!grid) return <Skeleton active />
  const pair = pairOf(grid, recency, frequency)
  const names = pair.parts.map((key) => text(grid.parts.find((each) => text(each.segment) === key)?.name ?? key))
  const revenue = grid.cells.reduce((sum, each) => sum + (each.revenue ?? 0), 0) || 1
  const label = t('rfm.label', { recency, frequency })
  return (
    <Part
      segmentation="rfm_cell"
      part={`${cell}-*`}
      title={label}
      words={[
        t('rfm.holds', { n: whole(pair.customers), share: share(pair.customers / grid.customers), revenue: share(pair.revenue / revenue) }),
        ...(names.length ? [t('rfm.called', { names: names.join(t('rfm.joint')) })] : []),
      ]}
      begun={cellBegun(recency, frequency, tilesOf(grid), label)}
      close={close}
    />
  )
}
