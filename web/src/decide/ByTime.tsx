import { CalendarOutlined, CheckOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Flex, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'
import { instant } from '../app/numbers'
import { useMay } from '../protect/session'
import type { CampaignBody, Counts } from './campaign'
import { read, weekday } from './wizard/cron'

/** When a campaign is launched by itself, and whether somebody else has to approve it first. */
export function ByTime({ counts, body }: { counts: Counts; body: CampaignBody }) {
  const { t, i18n } = useTranslation()
  const may = useMay('reach')
  const queries = useQueryClient()
  const params = { path: { name: counts.campaign } }
  const after = { onSuccess: () => queries.invalidateQueries() }
  const schedule = useMutation({ mutationFn: () => answer(client.POST('/api/v1/campaigns/{name}/schedule', { params })), ...after })
  const unschedule = useMutation({ mutationFn: () => answer(client.POST('/api/v1/campaigns/{name}/unschedule', { params })), ...after })
  const approve = useMutation({ mutationFn: () => answer(client.POST('/api/v1/campaigns/{name}/approve', { params })), ...after })
  const fault = schedule.error ?? unschedule.error ?? approve.error
  const hasTime = !!body.starts_at || !!body.repeats
  if (counts.launched) return null
  const times = body.repeats ? read(body.repeats.cron) : null
  const on = times?.every === 'week' ? times.on.map((day) => weekday(day, i18n.language)).join(', ') : (times?.on.join('') ?? '')
  const often = times && t(`byTime.on.${times.every}`, { on, time: times.time })
  return (
    <Flex vertical gap={8}>
      {counts.to_approve && (
        <Alert
          type="info"
          showIcon
          title={t('byTime.toApprove')}
          action={
            may && (
              <Button icon={<CheckOutlined />} loading={approve.isPending} onClick={() => approve.mutate()}>
                {t('byTime.approve')}
              </Button>
            )
          }
        />
      )}
      {body.repeats && <Typography.Text>{t('byTime.often', { when: often ?? body.repeats.cron })}</Typography.Text>}
      {counts.approved_by && <Typography.Text type="secondary">{t('byTime.approvedBy', { who: counts.approved_by })}</Typography.Text>}
      {counts.scheduled ? (
        <Flex gap={12} align="center" wrap>
          <Typography.Text>
            <CalendarOutlined /> {counts.next_at ? t('byTime.nextAt', { at: instant(counts.next_at) }) : t('byTime.noMore')}
          </Typography.Text>
          {may && (
            <Button loading={unschedule.isPending} onClick={() => unschedule.mutate()}>
              {t('byTime.off')}
            </Button>
          )}
        </Flex>
      ) : (
        hasTime &&
        may && (
          <div>
            <Button type={body.repeats ? 'primary' : 'default'} icon={<CalendarOutlined />} loading={schedule.isPending} onClick={() => schedule.mutate()}>
              {t('byTime.schedule')}
            </Button>
          </div>
        )
      )}
      {fault && <Fault fault={fault} />}
    </Flex>
  )
}
