import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { Card, Col, Descriptions, Flex, Input, Row, Skeleton, Tag, Typography } from 'antd'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { shown } from '../app/numbers'
import { Page } from '../app/Page'
import { PageFault } from '../app/PageFault'
import { Table } from '../app/Table'
import { Merges } from './Merges'
import { Past } from './Past'
import { Rights } from './Rights'
import { Scores } from './Scores'
import { useTraitLabel } from './traits'

/** One person: who they are, what is known, which segments hold them, and what happened. */
export function PersonPage() {
  const { t, i18n } = useTranslation()
  const number = Number(useParams({ strict: false }).number)
  const found = useQuery({
    queryKey: ['person', number, i18n.language],
    queryFn: () => answer(client.GET('/api/v1/profiles/{number}', { params: { path: { number } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  const person = found.data
  const traits = person.traits as Record<string, unknown>
  const name = [traits.first_name, traits.last_name].filter(Boolean).join(' ')
  return (
    <Page
      title={name || String(traits.email ?? (text(person.identifiers[0]?.value) || number))}
      actions={<CopyAs command={`coterie profiles show profile:${number}`} call={`GET /api/v1/profiles/${number}`} />}
    >
      <Row gutter={[16, 16]}>
        <Col xs={24} lg={10}>
          <Card title={t('person.identifiers')} size="small" style={{ marginBottom: 16 }}>
            <Descriptions
              column={1}
              size="small"
              items={person.identifiers.map((each, place) => ({
                key: place,
                label: text(each.namespace),
                children: (
                  <Typography.Text copyable>{text(each.value)}</Typography.Text>
                ),
              }))}
            />
          </Card>
          <Card title={t('person.segments')} size="small" style={{ marginBottom: 16 }}>
            <Flex wrap gap={8}>
              {person.segments.map((each) => (
                <Link key={text(each)} to="/segments/$name" params={{ name: text(each) }}>
                  <Tag>{text(each)}</Tag>
                </Link>
              ))}
              {Object.entries(person.segmentations).map(([which, part]) => (
                <Link key={which} to="/segmentations/$name" params={{ name: which === 'rfm_cell' ? 'rfm' : which }}>
                  <Tag>{`${t(`segmentations.names.${which}`, { defaultValue: which })}: ${shown(part)}`}</Tag>
                </Link>
              ))}
              {!person.segments.length && <Typography.Text type="secondary">{t('person.noSegment')}</Typography.Text>}
            </Flex>
          </Card>
          <Past number={number} />
        </Col>
        <Col xs={24} lg={14}>
          <Scores scores={person.scores} />
          <Traits traits={traits} />
          <Merges merges={person.merges} />
          <Rights number={number} />
        </Col>
      </Row>
    </Page>
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
