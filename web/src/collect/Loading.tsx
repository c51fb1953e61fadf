import { InboxOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Card, Flex, Progress, Select, Typography, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { Table } from '../app/Table'
import { share, whole } from '../app/numbers'
import { plainName } from './fileNames'
import { RefreshNow } from '../workspace/RefreshNow'
import { stageOf, useJob } from '../workspace/jobs'

const KINDS = ['orders', 'order_lines', 'customers', 'events', 'consents', 'products', 'contacts', 'costs', 'accounts']

type Proposal = Schemas['Proposal']

interface Sent {
  file: string
  name: string
}

/** A file on its way: sent, looked at, corrected, loaded. Nothing is kept before the last step. */
export function Loading() {
  const { t } = useTranslation()
  const [sent, setSent] = useState<Sent>()
  const send = useMutation({
    mutationFn: (file: File) =>
      answer(
        client.POST('/api/v1/files', {
          params: { query: { name: plainName(file.name) } },
          body: file as unknown as string,
          bodySerializer: (body) => body as unknown as BodyInit,
          headers: { 'Content-Type': 'application/octet-stream' },
        }),
      ),
    onSuccess: (found) => setSent({ file: text(found.file), name: text(found.name) }),
  })
  if (sent) return <Proposed key={sent.file} sent={sent} over={() => setSent(undefined)} />
  return (
    <>
      <Upload.Dragger
        showUploadList={false}
        disabled={send.isPending}
        beforeUpload={(file) => {
          send.mutate(file)
          return false
        }}
      >
        <p>
          <InboxOutlined style={{ fontSize: 36 }} />
        </p>
        <p>{send.isPending ? t('data.sending') : t('data.drop')}</p>
        <Typography.Text type="secondary">{t('data.kinds')}</Typography.Text>
      </Upload.Dragger>
      {send.isError && <Fault fault={send.error} />}
    </>
  )
}

function Proposed({ sent, over }: { sent: Sent; over: () => void }) {
  const { t, i18n } = useTranslation()
  const [kind, setKind] = useState<string>()
  const [corrections, setCorrections] = useState<Record<string, string>>({})
  const asked = {
    kind: kind ?? null,
    corrections: Object.entries(corrections).map(([field, column]) => `${field}=${column}`),
  }
  const path = { file: sent.file }
  const look = useMutation({
    mutationKey: [i18n.language],
    mutationFn: (given: typeof asked) =>
      answer(client.POST('/api/v1/files/{file}/proposal', { params: { path }, body: given })),
  })
  const load = useJob(() => answer(client.POST('/api/v1/files/{file}/load', { params: { path }, body: asked })))
  const give = () => {
    void answer(client.DELETE('/api/v1/files/{file}', { params: { path } })).finally(over)
  }
  if (look.isIdle) look.mutate(asked)
  const result = load.job?.state === 'done' ? (load.job.result as Schemas['LoadResult'] | null) : null
  if (result)
    return (
      <Alert
        type={result.refused ? 'warning' : 'success'}
        showIcon
        title={t('data.loaded', {
          name: sent.name,
          rows: whole(result.accepted + result.refused),
          accepted: whole(result.accepted),
          refused: whole(result.refused),
        })}
        description={t('data.thenRefresh')}
        action={
          <Flex gap={8}>
            <Button onClick={over}>{t('data.another')}</Button>
            <RefreshNow />
          </Flex>
        }
      />
    )
  const problem = load.job?.state === 'failed' ? load.job.problem : null
  return (
    <Card title={sent.name} extra={<Button onClick={give}>{t('data.giveUp')}</Button>}>
      {look.isError && <Fault fault={look.error} again={() => look.mutate(asked)} />}
      {look.data && (
        <ProposalTable
          proposal={look.data}
          corrected={corrections}
          correct={(field, column) => {
            const changed = { ...corrections, [field]: column }
            setCorrections(changed)
            look.mutate({ ...asked, corrections: Object.entries(changed).map(([name, value]) => `${name}=${value}`) })
          }}
          choose={(chosen) => {
            setKind(chosen)
            setCorrections({})
            look.mutate({ kind: chosen, corrections: [] })
          }}
        />
      )}
      {load.fault ? <Fault fault={load.fault} /> : null}
      {problem && <Alert type="error" showIcon title={text(problem.detail)} />}
      <Flex gap={12} align="center" style={{ marginTop: 16 }}>
        <Button type="primary" disabled={!look.isSuccess} loading={load.isRunning} onClick={load.start}>
          {t('data.load')}
        </Button>
        {load.isRunning && (
          <>
            <Progress percent={100} status="active" showInfo={false} style={{ maxWidth: 200 }} aria-label={t('data.loading')} />
            <span aria-live="polite">{stageOf(load.job)}</span>
          </>
        )}
      </Flex>
    </Card>
  )
}

function ProposalTable({
  proposal,
  corrected,
  correct,
  choose,
}: {
  proposal: Proposal
  corrected: Record<string, string>
  correct: (field: string, column: string) => void
  choose: (kind: string) => void
}) {
  const { t } = useTranslation()
  const mapping = proposal.mapping
  const sample = (proposal.sample ?? []) as unknown as Record<string, unknown>[]
  const columns = Object.keys(sample[0] ?? {})
  const reasons = proposal.reasons as Record<string, Schemas['Sentence'] | string>
  const rows = Object.entries(mapping.fields).map(([field, from]) => ({
    field,
    column: text(from.columns[0]),
    constant: from.constant,
    reason: text(reasons[field]),
    confidence: from.confidence,
  }))
  return (
    <>
      <Flex gap={12} align="center" wrap style={{ marginBottom: 12 }}>
        <label htmlFor="kind">{t('data.isA')}</label>
        <Select
          id="kind"
          value={text(mapping.kind)}
          options={KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          onChange={choose}
          style={{ minWidth: 200 }}
        />
        <Typography.Text type="secondary">{t('data.sure', { share: share(proposal.confidence) })}</Typography.Text>
      </Flex>
      <Table
        rowKey="field"
        size="small"
        dataSource={rows}
        columns={[
          { title: t('data.field'), dataIndex: 'field' },
          {
            title: t('data.column'),
            render: (_, row) => (
              <Select
                aria-label={`${t('data.column')} ${row.field}`}
                showSearch
                value={corrected[row.field] ?? row.column}
                options={[...new Set([row.column, ...columns])].filter(Boolean).map((value) => ({ value, label: value }))}
                onChange={(column) => correct(row.field, column)}
                style={{ minWidth: 160 }}
              />
            ),
          },
          { title: t('data.example'), render: (_, row) => String(sample[0]?.[row.column] ?? row.constant ?? '') },
          { title: t('data.why'), dataIndex: 'reason' },
        ]}
      />
      {(proposal.questions ?? []).map((each, place) => (
        <Alert key={place} type="info" showIcon title={text(each.text)} style={{ marginTop: 8 }} />
      ))}
    </>
  )
}
