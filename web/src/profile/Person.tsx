import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Card, Col, Descriptions, Input, Row, Skeleton, Typography } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { CopyAs } from '../app/Copy'
import { shown } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Sections } from '../app/Sections'
import { Table } from '../app/Table'
import { Consents } from './Consents'
import { Identity } from './Identity'
import { InSegments } from './InSegments'
import { Past } from './Past'
import { Rights } from './Rights'
import { Scores } from './Scores'
import { calledOf, useNamespaceName } from './names'
import { useTraitLabel } from './traits'

const SECTIONS = {
  known: { shows: null, command: 'show', call: '' },
  consent: { shows: Consents, command: 'consents', call: '/consents' },
  identity: { shows: Identity, command: 'graph', call: '/graph' },
} as const
type Section = keyof typeof SECTIONS

/** One person: who they are, what is known, which segments hold them, and what happened. */
export function PersonPage() {
  const { t, i18n } = useTranslation()
  const params = useParams({ strict: false })
  const number = Number(params.number)
  const open: Section = params.section && params.section in SECTIONS ? (params.section as Section) : 'known'
  const found = useQuery({
    queryKey: ['person', number, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/profiles/{number}', { params: { path: { number } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  const person = found.data
  const traits = person.traits as Record<string, unknown>
  const name = calledOf(traits)
  const { shows: Shown, command, call } = SECTIONS[open]
  return (
    <Page
      title={name || String(traits.email ?? (text(person.identifiers[0]?.value) || number))}
      actions={
        <CopyAs command={`coterie profiles ${command} profile:${number}`} call={`GET /api/v1/profiles/${number}${call}`} />
      }
    >
      <Sections
        label={t('person.sectionsOf')}
        open={open}
        sections={Object.keys(SECTIONS).map((key) => ({
          key,
          label: t(`person.sections.${key}`),
          to: key === 'known' ? `/people/${number}` : `/people/${number}/${key}`,
        }))}
      />
      {Shown ? <Shown number={number} /> : <Known number={number} person={person} />}
    </Page>
  )
}

function Known({ number, person }: { number: number; person: Schemas['Person'] }) {
  const { t } = useTranslation()
  const namespace = useNamespaceName()
  return (
    <Row gutter={[16, 16]}>
      <Col xs={24} lg={10}>
        <Card title={t('person.identifiers')} size="small" style={{ marginBottom: 16 }}>
          <Descriptions
            column={1}
            size="small"
            items={person.identifiers.map((each, place) => ({
              key: place,
              label: namespace(text(each.namespace)),
              children: <Typography.Text copyable>{text(each.value)}</Typography.Text>,
            }))}
          />
        </Card>
        <InSegments number={number} segmentations={person.segmentations} />
        <Past number={number} />
      </Col>
      <Col xs={24} lg={14}>
        <Scores scores={person.scores} />
        <Traits traits={person.traits as Record<string, unknown>} />
        <Rights number={number} />
      </Col>
    </Row>
  )
}

function Traits({ traits }: { traits: Record<string, unknown> }) {
  const { t } = useTranslation()
  const label = useTraitLabel()
  const [asked, setAsked] = useState('')
  const rows = useMemo(
    () =>
      Object.entries(traits)
        .filter(([name, value]) => value !== null && `${name} ${label(name)}`.toLowerCase().includes(asked.trim().toLowerCase()))
        .map(([name, value]) => ({ name, value })),
    [traits, asked, label],
  )
  return (
    <Card
      title={t('person.traits')}
      size="small"
      extra={
        <Input
          allowClear
          size="small"
          aria-label={t('person.filter')}
          placeholder={t('person.filter')}
          onChange={(event) => setAsked(event.target.value)}
        />
      }
    >
      <Table
        rowKey="name"
        size="small"
        dataSource={rows}
        pagination={rows.length > 30 ? { pageSize: 30, showSizeChanger: false } : false}
        columns={[
          { title: t('person.trait'), dataIndex: 'name', render: label },
          { title: t('person.value'), dataIndex: 'value', render: shown },
        ]}
      />
    </Card>
  )
}
