import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Alert, Button, Card, Col, Row, Skeleton, Statistic, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { nameInAddress } from '../app/addresses'
import { CopyAs } from '../app/Copy'
import { instant, share, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Sections } from '../app/Sections'
import { useMay } from '../protect/session'
import { RefreshNow } from '../workspace/RefreshNow'
import { Members } from './Members'
import { Overlaps } from './Overlaps'
import { Sizes } from './Sizes'
import { Versions } from './Versions'
import { Why } from './Why'
import { Written } from './Written'

const SECTIONS = {
  people: { shows: Members, command: 'members', call: '/members' },
  time: { shows: Sizes, command: 'history', call: '/history' },
  overlap: { shows: Overlaps, command: 'overlap', call: '' },
  versions: { shows: Versions, command: 'show', call: '/versions' },
  written: { shows: Written, command: 'sql', call: '/sql' },
} as const
type Section = keyof typeof SECTIONS

/** One segment: its rule in words, how many it holds, who they are, how it went, and what it is made of. */
export function SegmentPage() {
  const { t, i18n } = useTranslation()
  const may = useMay('manage')
  const { name = '', section } = useParams({ strict: false })
  const open: Section = section && section in SECTIONS ? (section as Section) : 'people'
  const found = useQuery({
    queryKey: ['segment', name, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/segments/{name}', { params: { path: { name } } })),
    refetchInterval: (query) => (query.state.data && !query.state.data.as_of ? 2_000 : false),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  const segment = found.data
  const { shows: Shown, command, call } = SECTIONS[open]
  const isComputed = segment.as_of !== null
  return (
    <Page
      title={text(segment.label) || name}
      actions={
        <>
          <CopyAs
            command={open === 'overlap' ? 'coterie segments overlap' : `coterie segments ${command} ${name}`}
            call={open === 'overlap' ? 'GET /api/v1/segment-overlap' : `GET /api/v1/segments/${name}${call}`}
          />
          {may && (
            <Link to="/segments/$name/edit" params={{ name }}>
              <Button type="primary">{t('segments.edit')}</Button>
            </Link>
          )}
        </>
      }
    >
      <Typography.Paragraph>{text(segment.rule)}</Typography.Paragraph>
      {!isComputed && <Alert type="info" showIcon title={t('segments.notComputed')} action={<RefreshNow />} style={{ marginBottom: 16 }} />}
      {isComputed && <Figures segment={segment} />}
      <Sections
        label={text(segment.label) || name}
        open={open}
        sections={Object.keys(SECTIONS).map((key) => ({
          key,
          label: t(`segments.sections.${key}`),
          to: `/segments/${encodeURIComponent(nameInAddress(name))}/${key}`,
        }))}
      />
      {open === 'people' && isComputed && <Why name={name} />}
      {(open !== 'people' || isComputed) && <Shown name={name} />}
    </Page>
  )
}

/** How many it holds, and who they are. */
function Figures({ segment }: { segment: Schemas['SegmentShown'] }) {
  const { t } = useTranslation()
  return (
    <Row gutter={[16, 16]} style={{ marginBottom: 8 }}>
      <Col xs={24} md={8}>
        <Card>
          <Statistic
            title={t('segments.size')}
            value={segment.size ?? undefined}
            formatter={(value) => whole(Number(value))}
            suffix={segment.share === null ? '' : ` · ${share(segment.share)}`}
          />
          <Typography.Text type="secondary">
            {segment.as_of && t('home.asOf', { at: instant(segment.as_of) })}
          </Typography.Text>
        </Card>
      </Col>
      <Col xs={24} md={16}>
        <Card title={t('segments.persona')} size="small">
          {segment.persona.map((each, place) => (
            <Typography.Paragraph key={place} style={{ marginBottom: 4 }}>
              {text(each)}
            </Typography.Paragraph>
          ))}
        </Card>
      </Col>
    </Row>
  )
}
