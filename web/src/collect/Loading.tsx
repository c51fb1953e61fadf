import { InboxOutlined } from '@ant-design/icons'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { Alert, Button, Card, Flex, Progress, Skeleton, Typography, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { Loaded } from './Loaded'
import { Proposal, type Corrections } from './Proposal'
import { plainName } from './fileNames'
import { stageOf, useJob } from '../workspace/jobs'

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
  const [corrections, setCorrections] = useState<Corrections>({})
  const asked = { kind: kind ?? null, corrections: Object.entries(corrections).map(([part, said]) => `${part}=${said}`) }
  const path = { file: sent.file }
  const look = useQuery({
    queryKey: ['proposal', sent.file, asked, i18n.language],
    queryFn: ({ signal }) => answer(client.POST('/api/v1/files/{file}/proposal', { params: { path }, body: asked, signal })),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  })
  const load = useJob(() => answer(client.POST('/api/v1/files/{file}/load', { params: { path }, body: asked })))
  const give = () => {
    void answer(client.DELETE('/api/v1/files/{file}', { params: { path } })).finally(over)
  }
  const result = load.job?.state === 'done' ? (load.job.result as Schemas['LoadResult'] | null) : null
  if (result) return <Loaded result={result} name={sent.name} another={over} />
  const problem = load.job?.state === 'failed' ? load.job.problem : null
  return (
    <Card title={sent.name} extra={<Button onClick={give}>{t('data.giveUp')}</Button>}>
      {look.isPending && (
        <>
          <Typography.Paragraph aria-live="polite">{t('data.looking')}</Typography.Paragraph>
          <Skeleton active />
        </>
      )}
      {look.isError && <Fault fault={look.error} again={() => void look.refetch()} />}
      {look.data && (
        <Proposal
          proposal={look.data}
          corrections={corrections}
          isLooking={look.isFetching || load.isRunning}
          correct={setCorrections}
          choose={(chosen) => {
            setKind(chosen)
            setCorrections({})
          }}
        />
      )}
      {load.fault ? <Fault fault={load.fault} /> : null}
      {problem && <Alert type="error" showIcon title={text(problem.detail)} />}
      <Flex gap={12} align="center" style={{ marginTop: 16 }}>
        <Button type="primary" disabled={!look.isSuccess || look.isFetching} loading={load.isRunning} onClick={load.start}>
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
