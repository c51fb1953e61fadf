import { useNavigate } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { useMay } from '../protect/session'
import { stageOf, useJob } from '../workspace/jobs'

/** Looks for groups in the traits, and goes to what was found. */
export function Discover() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const may = useMay('manage')
  const { job, fault, isRunning, start } = useJob(() => answer(client.POST('/api/v1/segmentations/discover', { body: {} })))
  useEffect(() => {
    if (fault instanceof Error) void message.error(fault.message)
    else if (job?.problem) void message.error(text(job.problem.detail))
    else if (job?.state === 'done') void navigate({ to: '/segmentations/$name', params: { name: 'discovered' } })
  }, [fault, job?.state, job?.problem, message, navigate])
  if (!may) return null
  return (
    <Button loading={isRunning} onClick={start}>
      {isRunning ? stageOf(job) || t('segmentations.discovering') : t('segmentations.discover')}
    </Button>
  )
}
