import { ReloadOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { useMay } from '../protect/session'
import { stageOf, useJob } from './jobs'

/** Brings traits, segments and scores up to date, and says when it is done. */
export function RefreshNow() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const may = useMay('manage')
  const { job, fault, isRunning, start } = useJob(() => answer(client.POST('/api/v1/refresh', { body: {} })))
  useEffect(() => {
    if (fault instanceof Error) void message.error(fault.message)
    else if (job?.state === 'done') void message.success(t('refresh.done'))
    else if (job?.state === 'failed') void message.error(text(job.problem?.detail) || t('refresh.failed'))
  }, [fault, job?.state, job?.problem?.detail, message, t])
  if (!may) return null
  return (
    <Button icon={<ReloadOutlined />} loading={isRunning} onClick={start}>
      {isRunning ? stageOf(job) || t('refresh.running') : t('refresh.now')}
    </Button>
  )
}
