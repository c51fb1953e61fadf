import { Alert, Button, Card, Collapse, Flex, Radio, Select, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { text, type Schemas } from '../api/client'
import { Table } from '../app/Table'
import { share } from '../app/numbers'
import { KINDS, fieldName, kindName, optionName, sameColumns } from './proposing'

type Found = Schemas['Proposal']

/** What is said otherwise than proposed: the part of a correction before its sign → what comes after it. */
export type Corrections = Record<string, string>

interface Asked {
  correct: (changed: Corrections) => void
  isLooking: boolean
}

/** How a file would be read, every part of it to be corrected in its place. */
export function Proposal({
  proposal,
  corrections,
  correct,
  choose,
  isLooking,
}: {
  proposal: Found
  corrections: Corrections
  correct: (changed: Corrections) => void
  choose: (kind: string) => void
  isLooking: boolean
}) {
  const { t } = useTranslation()
  const sample = (proposal.sample ?? []) as Record<string, string | null>[]
  const columns = (proposal.columns ?? []).map(text)
  const asked = { correct: (changed: Corrections) => correct({ ...corrections, ...changed }), isLooking }
  return (
    <>
      <Flex gap={12} align="center" wrap style={{ marginBottom: 12 }}>
        <label htmlFor="kind">{t('data.isA')}</label>
        <Select
          id="kind"
          value={text(proposal.mapping.kind)}
          options={KINDS.map((value) => ({ value, label: kindName(value) }))}
          onChange={choose}
          style={{ minWidth: 200 }}
        />
        <Typography.Text type="secondary">{t('data.sure', { share: share(proposal.confidence) })}</Typography.Text>
        {proposal.known_as && <Typography.Text type="secondary">{t('data.knownAs', { name: text(proposal.known_as) })}</Typography.Text>}
        {Object.keys(corrections).length > 0 && (
          <Button size="small" onClick={() => correct({})}>
            {t('data.asProposed')}
          </Button>
        )}
      </Flex>
      <Fields proposal={proposal} sample={sample} columns={columns} {...asked} />
      <Told proposal={proposal} {...asked} />
      {(proposal.further ?? []).map((each) => (
        <Card
          key={text(each.mapping.source)}
          size="small"
          type="inner"
          title={t('data.alsoHolds', { kind: kindName(text(each.mapping.kind)) })}
          style={{ marginTop: 12 }}
        >
          <Typography.Paragraph>
            {Object.entries(each.mapping.fields).map(([field, from]) => (
              <div key={field}>
                {fieldName(field)}: {from.columns?.length ? from.columns.map(text).join(' + ') : text(from.constant)}
              </div>
            ))}
          </Typography.Paragraph>
          <Told further proposal={each} {...asked} />
        </Card>
      ))}
      {sample.length > 0 && (
        <Collapse
          size="small"
          style={{ marginTop: 12 }}
          items={[
            {
              key: 'rows',
              label: t('data.firstRows'),
              children: (
                <Table
                  size="small"
                  rowKey={(row) => sample.indexOf(row)}
                  dataSource={sample}
                  columns={columns.map((name) => ({ key: name, title: name, render: (_: unknown, row: Record<string, string | null>) => row[name] ?? '' }))}
                />
              ),
            },
          ]}
        />
      )}
    </>
  )
}

function Fields({
  proposal,
  sample,
  columns,
  correct,
  isLooking,
}: Asked & { proposal: Found; sample: Record<string, string | null>[]; columns: string[] }) {
  const { t } = useTranslation()
  const [added, setAdded] = useState<string[]>([])
  const reasons = proposal.reasons as Record<string, Schemas['Sentence'] | string>
  const mapped = proposal.mapping.fields
  const rows = [
    ...Object.entries(mapped).map(([field, from]) => ({
      field,
      columns: (from.columns ?? []).map(text),
      constant: text(from.constant),
      reason: text(reasons[field]),
    })),
    ...added.filter((field) => !(field in mapped)).map((field) => ({ field, columns: [] as string[], constant: '', reason: '' })),
  ]
  const free = (proposal.unmapped ?? []).map(text).filter((field) => !added.includes(field))
  return (
    <>
      <Table
        rowKey="field"
        size="small"
        dataSource={rows}
        columns={[
          {
            title: t('data.field'),
            render: (_, row) => (
              <>
                {fieldName(row.field)}
                <br />
                <Typography.Text type="secondary" style={{ fontSize: 12 }}>
                  {row.field}
                </Typography.Text>
              </>
            ),
          },
          {
            title: t('data.column'),
            render: (_, row) => (
              <Select
                aria-label={`${t('data.column')} ${row.field}`}
                showSearch
                optionFilterProp="label"
                disabled={isLooking}
                value={row.columns.length ? row.columns.join('+') : undefined}
                placeholder={row.constant ? `= ${row.constant}` : t('data.chooseColumn')}
                options={[
                  { value: '', label: t('data.notInFile') },
                  ...(row.columns.length > 1 ? [{ value: row.columns.join('+'), label: row.columns.join(' + ') }] : []),
                  ...columns.map((value) => ({ value, label: value })),
                ]}
                onChange={(column) => {
                  setAdded(added.filter((each) => each !== row.field))
                  if (!sameColumns(column, row.columns)) correct({ [row.field]: column })
                }}
                style={{ minWidth: 160 }}
              />
            ),
          },
          {
            title: t('data.example'),
            render: (_, row) => row.columns.flatMap((name) => sample.map((each) => each[name]).find(Boolean) ?? []).join(' + '),
          },
          { title: t('data.why'), dataIndex: 'reason' },
        ]}
      />
      {free.length > 0 && (
        <Select
          showSearch
          disabled={isLooking}
          aria-label={t('data.addField')}
          placeholder={t('data.addField')}
          value={null}
          options={free.map((value) => ({ value, label: `${fieldName(value)} (${value})` }))}
          optionFilterProp="label"
          onChange={(field: string | null) => field && setAdded([...added, field])}
          style={{ minWidth: 220, marginTop: 12 }}
        />
      )}
    </>
  )
}

/** What is to be known of a proposal, and what only a person can decide, with the ways to decide it. */
function Told({ proposal, correct, isLooking, further = false }: Asked & { proposal: Found; further?: boolean }) {
  const { t } = useTranslation()
  const kept = Object.keys(proposal.mapping.extras ?? {})
  // What is left out of the further facts is read with the first.
  const ignored = further ? [] : (proposal.mapping.ignored ?? []).map(text)
  return (
    <>
      {(proposal.questions ?? []).map((each) => (
        <Alert
          key={`${each.field}/${each.column}`}
          type="warning"
          showIcon
          style={{ marginTop: 12 }}
          title={text(each.text)}
          description={
            <Radio.Group
              aria-label={text(each.text)}
              disabled={isLooking}
              onChange={(event) => {
                const said = (each.settled_by?.[String(event.target.value)] ?? []).map(text)
                correct(Object.fromEntries(said.map((one) => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)])))
              }}
              options={each.options.map(text).map((value, place) => ({
                value,
                label: place ? optionName(value) : t('data.asRead', { option: optionName(value) }),
              }))}
            />
          }
        />
      ))}
      {kept.length > 0 && (
        <Typography.Paragraph style={{ marginTop: 12, marginBottom: 0 }}>{t('data.kept', { columns: kept.join(', ') })}</Typography.Paragraph>
      )}
      {ignored.length > 0 && (
        <Typography.Paragraph style={{ marginTop: 4, marginBottom: 0 }}>{t('data.leftOut', { columns: ignored.join(', ') })}</Typography.Paragraph>
      )}
      {(proposal.notes ?? []).map((each, place) => (
        <Typography.Paragraph key={place} style={{ marginTop: 4, marginBottom: 0 }}>
          {text(each)}
        </Typography.Paragraph>
      ))}
    </>
  )
}
