import { SendOutlined } from '@ant-design/icons'
import { Alert, Button, Checkbox, Flex, Modal, Progress, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { money, whole } from '../app/numbers'
import { leftOut } from '../decide/campaign'
import { useForeseen, useSending } from '../decide/queries'
import { useMay, useSession } from '../protect/session'
import { stageOf, useJob } from '../workspace/jobs'

/** Sends a campaign, after what that does was read with its numbers; offered to those who may write to people. */
export function SendCampaign({ name, isLaunched, isOver }: { name: string; isLaunched: boolean; isOver: boolean }) {
  const { t } = useTranslation()
  const may = useMay('reach')
  const me = useSession().data?.user?.email
  const [isAsking, ask] = useState(false)
  const [isOldAccepted, acceptOld] = useState(false)
  const foreseen = useForeseen(name, isAsking)
  const elsewhere = useSending(name).data
  const mine = useJob(() =>
    answer(client.POST('/api/v1/send', { body: { campaign: name, ...(isOldAccepted && me ? { accept_stale: me } : {}) } })),
  )
  if (!may) return null
  const { fault, start } = mine
  const job = mine.isRunning || !elsewhere ? mine.job : elsewhere
  const isRunning = mine.isRunning || !!elsewhere
  const begin = () => {
    ask(false)
    start()
  }
  const found = foreseen.data
  const problem = job?.state === 'failed' ? text(job.problem?.detail) || t('sending.failed') : ''
  const stage = job?.stage
  return (
    <Flex vertical gap={8}>
      <Flex gap={12} align="center" wrap>
        {(!isOver || isRunning) && (
          <Button type="primary" icon={<SendOutlined />} loading={isRunning} onClick={() => ask(true)}>
            {isLaunched ? t('sending.goOn') : t('sending.send')}
          </Button>
        )}
        {isRunning && (
          <>
            <Progress
              percent={stage?.total ? Math.round((stage.done / stage.total) * 100) : 100}
              status="active"
              showInfo={!!stage?.total}
              style={{ width: 160 }}
              aria-label={t('sending.running')}
            />
            <span aria-live="polite">{stageOf(job) || t('sending.running')}</span>
          </>
        )}
      </Flex>
      {fault ? <Fault fault={fault} /> : null}
      {problem && <Alert type="error" showIcon title={problem} />}
      {job?.state === 'done' && <Done result={job.result} />}
      <Modal
        open={isAsking}
        title={t('sending.whether', { name })}
        okText={found ? t('sending.sendCount', { count: found.contacts, n: whole(found.contacts) }) : t('sending.send')}
        okButtonProps={{ danger: true, disabled: !found?.contacts }}
        onOk={begin}
        onCancel={() => ask(false)}
      >
        {foreseen.isPending && <Skeleton active />}
        {foreseen.isError && <Fault fault={foreseen.error} />}
        {found && (
          <>
            <ul style={{ paddingInlineStart: 20 }}>
              {leftOut(found.sentences).others.map((each, place) => (
                <li key={place}>{text(each)}</li>
              ))}
              {leftOut(found.sentences).rows.map((each) => (
                <li key={each.reason}>{t('sending.leftOut', { n: whole(each.count), why: each.reason })}</li>
              ))}
            </ul>
            <Alert
              type="warning"
              showIcon
              title={
                'arms' in found
                  ? t('sending.what', { n: whole(found.contacts), cost: money(found.cost, text(found.currency)) })
                  : t('sending.whatElse', { n: whole(found.contacts) })
              }
            />
            <Checkbox checked={isOldAccepted} onChange={(event) => acceptOld(event.target.checked)} style={{ marginTop: 12 }}>
              {t('sending.acceptOld')}
            </Checkbox>
          </>
        )}
      </Modal>
    </Flex>
  )
}

/** What came of a run, as the program says it. */
function Done({ result }: { result: unknown }) {
  const { t } = useTranslation()
  const { sent = 0, queued = 0, stopped = '' } = (result ?? {}) as { sent?: number; queued?: number; stopped?: unknown }
  const why = text(stopped as string)
  return (
    <Alert
      type={why ? 'warning' : 'success'}
      showIcon
      title={t('sending.done', { sent: whole(sent), queued: whole(queued) })}
      description={why || undefined}
    />
  )
}
