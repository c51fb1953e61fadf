import { useNavigate } from '@tanstack/react-router'
import { Button, Flex, InputNumber, Progress, Typography } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Sentence } from '../api/client'
import { Fault } from '../app/Fault'
import { useMay } from '../protect/session'
import { stageOf, useJob } from '../workspace/jobs'

/** Fits a model as a job: how far ahead, where it is, and why there is none where the data do not allow one. */
export function Fit({ model }: { model: string }) {
  const { t } = useTranslation()
  const may = useMay('manage')
  const navigate = useNavigate()
  const [days, setDays] = useState(365)
  const { job, fault, isRunning, start } = useJob(() =>
    answer(client.POST('/api/v1/models/fit', { body: { model, horizon_days: days } })),
  )
  const refused = job?.state === 'done' ? (job.result as { reason?: Sentence; needs?: Sentence } | null) : null
  const isFitted = job?.state === 'done' && !refused?.reason
  useEffect(() => {
    if (isFitted) void navigate({ to: '/predictions/$name', params: { name: model } })
  }, [isFitted, model, navigate])
  if (!may) return null
  const stage = job?.stage
  return (
    <Flex vertical gap={8}>
      <Flex gap={8} wrap align="center">
        <label htmlFor="horizon">{t('models.horizon')}</label>
        <InputNumber id="horizon" min={1} max={3650} value={days} onChange={(value) => setDays(value ?? 365)} disabled={isRunning} />
        <Button type="primary" loading={isRunning} onClick={start}>
          {t('models.fit')}
        </Button>
        {isRunning && <Typography.Text aria-live="polite">{stageOf(job)}</Typography.Text>}
      </Flex>
      {isRunning && !!stage?.total && <Progress percent={Math.round((100 * stage.done) / stage.total)} aria-label={stageOf(job)} />}
      {!!fault && <Fault fault={fault} />}
      {job?.problem && <Fault fault={new Error(text(job.problem.detail))} />}
      {refused?.reason && <Fault fault={new Error(t('models.refused', { reason: text(refused.reason), needs: text(refused.needs) }))} />}
    </Flex>
  )
}
