import { EditOutlined } from '@ant-design/icons'
import { Link, useParams } from '@tanstack/react-router'
import { Alert, Button, Card, Col, Flex, Row, Skeleton, Statistic, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { text } from '../api/client'
import { nameInAddress } from '../app/addresses'
import { CopyAs } from '../app/Copy'
import { instant, whole } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Sections } from '../app/Sections'
import { useMay } from '../protect/session'
import { Acts } from './Acts'
import { Stage } from './Journeys'
import { Live } from './Live'
import { OnePerson } from './OnePerson'
import { StepTable } from './StepTable'
import { WrittenAs } from './WrittenAs'
import { useJourney, useStepGrammar, useWritten, type Shown } from './queries'

const SECTIONS = ['drawing', 'steps', 'person', 'written'] as const
type Section = (typeof SECTIONS)[number]

/** One journey: its tree with who is where now, what can be done with it, and the way of one person through it. */
export function JourneyPage() {
  const { t } = useTranslation()
  const { name = '', section } = useParams({ strict: false })
  const may = useMay('manage')
  const open: Section = SECTIONS.find((each) => each === section) ?? 'drawing'
  const found = useJourney(name)
  const grammar = useStepGrammar()
  const shown = found.data
  const written = useWritten(name, shown && (shown.published_version ?? shown.version))
  if (found.isPending || grammar.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  if (grammar.isError) return <PageFault fault={grammar.error} again={() => void grammar.refetch()} />
  if (written.isError) return <PageFault fault={written.error} again={() => void written.refetch()} />
  const { command, call } = asDone(name, open)
  const isBehind = found.data.published_version !== null && found.data.published_version !== found.data.version
  return (
    <Page title={name} actions={
        <>
          <CopyAs command={command} call={call} />
          {may && (
            <Link to="/journeys/$name/edit" params={{ name }}>
              <Button icon={<EditOutlined />}>{t('journeys.edit.do')}</Button>
            </Link>
          )}
        </>
      }
    >
      <Flex vertical gap={12} style={{ marginBottom: 16 }}>
        <Flex gap={8} align="center" wrap>
          <Stage of={text(found.data.state)} />
          {found.data.began_at && <Typography.Text type="secondary">{t('journeys.since', { at: instant(found.data.began_at) })}</Typography.Text>}
          {text(found.data.description) && <Typography.Text>{text(found.data.description)}</Typography.Text>}
        </Flex>
        {isBehind && (
          <Alert
            type="info"
            showIcon
            title={t('journeys.behind', { newest: found.data.version, followed: found.data.published_version })}
          />
        )}
        <Acts shown={found.data} />
      </Flex>
      <Figures shown={found.data} />
      <Sections
        label={t('journeys.sections')}
        open={open}
        sections={SECTIONS.map((key) => ({ key, label: t(`journeys.section.${key}`), to: `/journeys/${encodeURIComponent(nameInAddress(name))}/${key}` }))}
      />
      {open === 'person' && <OnePerson name={name} shown={found.data} />}
      {open === 'steps' && <StepTable shown={found.data} />}
      {open === 'drawing' && (written.data ? <Live shown={found.data} written={written.data} grammar={grammar.data} /> : <Skeleton active />)}
      {open === 'written' && (written.data ? <WrittenAs name={name} body={written.data} /> : <Skeleton active />)}
      <p style={{ marginTop: 16 }}>
        <Link to="/journeys">{t('journeys.all')}</Link>
      </p>
    </Page>
  )
}

function asDone(name: string, open: Section): { command: string; call: string } {
  if (open === 'person') return { command: `coterie journeys path ${name} WHO`, call: `GET /api/v1/journeys/${name}/people/WHO` }
  if (open === 'written') return { command: 'coterie export FOLDER', call: `GET /api/v1/definitions/journey/${name}` }
  return { command: `coterie journeys show ${name}`, call: `GET /api/v1/journeys/${name}` }
}

/** How many are inside, are held out, and how the others ended. */
function Figures({ shown }: { shown: Shown }) {
  const { t } = useTranslation()
  const figures = [
    { key: 'inside', title: t('journeys.inside'), value: shown.inside },
    { key: 'held', title: t('journeys.held'), value: shown.held },
    ...shown.ended.map((each) => ({
      key: text(each.outcome),
      title: t(`journeys.outcome.${text(each.outcome)}`, { defaultValue: text(each.outcome) }),
      value: each.people,
    })),
  ]
  return (
    <Card size="small" style={{ marginBottom: 8 }}>
      <Row gutter={[16, 12]}>
        {figures.map((each) => (
          <Col xs={12} sm={8} lg={4} key={each.key}>
            <Statistic title={each.title} value={each.value} formatter={(value) => whole(Number(value))} />
          </Col>
        ))}
      </Row>
    </Card>
  )
}
