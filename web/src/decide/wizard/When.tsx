import { Checkbox, Flex, Form, Input, InputNumber, Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { CampaignBody } from '../campaign'
import { read, weekday, written, type Often } from './cron'

const EVERY = ['day', 'week', 'month'] as const
const WEEK = [1, 2, 3, 4, 5, 6, 0]
const SOON = { every: 'week', on: [1], time: '09:00' } as const

type Kind = 'now' | 'at' | 'often'
const kindOf = (campaign: CampaignBody): Kind => (campaign.repeats ? 'often' : campaign.starts_at ? 'at' : 'now')

/** When it goes out: right when it is sent, at a time, or again and again; by whose clock; and how many in an hour. */
export function When({ campaign, set }: { campaign: CampaignBody; set: (changed: Partial<CampaignBody>) => void }) {
  const { t, i18n } = useTranslation()
  const kind = kindOf(campaign)
  const often = campaign.repeats ? read(campaign.repeats.cron) : null
  const repeat = (changed: Partial<Often>) =>
    set({ repeats: { ...campaign.repeats, cron: written({ ...(often ?? { ...SOON, on: [1] }), ...changed }) } })
  const choose = (chosen: Kind) =>
    set({
      starts_at: chosen === 'at' ? tomorrow() : null,
      repeats: chosen === 'often' ? { cron: written({ ...SOON, on: [1] }) } : null,
      ...(chosen === 'now' ? { in_zone: null } : {}),
    })
  const per = (span: string) => (/^(PT1[HM]|P1D)$/.test(span) ? t(`when.perIs.${span}`) : span)
  return (
    <>
      <Form.Item label={t('when.label')}>
        <Radio.Group value={kind} onChange={(event) => choose(event.target.value as Kind)} aria-label={t('when.label')}>
          <Flex vertical gap={4}>
            {(['now', 'at', 'often'] as const).map((each) => (
              <Radio key={each} value={each}>
                {t(`when.${each}`)}
              </Radio>
            ))}
          </Flex>
        </Radio.Group>
      </Form.Item>
      {kind === 'at' && (
        <Form.Item label={campaign.in_zone ? t('when.startsLocal') : t('when.startsUtc')} htmlFor="starts-at">
          <Input
            id="starts-at"
            type="datetime-local"
            value={(campaign.starts_at ?? '').slice(0, 16)}
            onChange={(event) => set({ starts_at: event.target.value })}
            style={{ width: 240 }}
          />
        </Form.Item>
      )}
      {kind === 'often' && often && (
        <Form.Item label={t('when.every')} htmlFor="every">
          <Flex gap={8} wrap align="center">
            <Select
              id="every"
              value={often.every}
              options={EVERY.map((value) => ({ value, label: t(`when.each.${value}`) }))}
              onChange={(every) => repeat({ every, on: every === 'day' ? [] : [1] })}
              style={{ width: 120 }}
            />
            {often.every === 'week' && (
              <Select
                mode="multiple"
                aria-label={t('when.onDays')}
                value={often.on}
                options={WEEK.map((value) => ({ value, label: weekday(value, i18n.language) }))}
                onChange={(on) => on.length && repeat({ on })}
                style={{ minWidth: 180 }}
              />
            )}
            {often.every === 'month' && (
              <InputNumber aria-label={t('when.onDay')} min={1} max={31} value={often.on[0] ?? 1} onChange={(day) => repeat({ on: [day ?? 1] })} />
            )}
            <Input
              type="time"
              aria-label={t('when.time')}
              value={often.time}
              onChange={(event) => event.target.value && repeat({ time: event.target.value })}
              style={{ width: 120 }}
            />
          </Flex>
        </Form.Item>
      )}
      {kind === 'often' && !often && (
        <Form.Item label={t('when.cron')} htmlFor="cron" extra={t('when.cronHint')}>
          <Input id="cron" value={campaign.repeats?.cron ?? ''} onChange={(event) => set({ repeats: { ...campaign.repeats, cron: event.target.value } })} />
        </Form.Item>
      )}
      {kind !== 'now' && (
        <Form.Item extra={campaign.in_zone ? t('when.ownClockHint') : undefined}>
          <Checkbox checked={!!campaign.in_zone} onChange={(event) => set({ in_zone: event.target.checked ? 'timezone' : null })}>
            {t('when.ownClock')}
          </Checkbox>
          {campaign.in_zone && (
            <Input
              aria-label={t('when.attribute')}
              value={campaign.in_zone}
              onChange={(event) => set({ in_zone: event.target.value || 'timezone' })}
              style={{ width: 180 }}
            />
          )}
        </Form.Item>
      )}
      <Form.Item label={t('when.throttle')} htmlFor="throttle" extra={t('when.throttleHint')}>
        <InputNumber
          id="throttle"
          min={1}
          value={campaign.throttle?.messages ?? null}
          onChange={(messages) => set({ throttle: messages ? { per: campaign.throttle?.per ?? 'PT1H', messages } : null })}
          suffix={per(campaign.throttle?.per ?? 'PT1H')}
          style={{ width: 200 }}
        />
      </Form.Item>
    </>
  )
}

function tomorrow(): string {
  const at = new Date(Date.now() + 86_400_000)
  return `${at.toISOString().slice(0, 10)}T09:00`
}
