import { useQuery } from '@tanstack/react-query'
import { Form, Input, InputNumber, Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../../api/client'
import { FreeText } from '../../app/FreeText'
import { GOAL, daysOf } from '../campaign'
import type { StepShape } from './Wizard'

const MESSAGE_EVENTS = ['Message Clicked', 'Message Opened']

/** What the campaign is for: its name, and what counts as reaching its goal. */
export function GoalStep({ draft, change, isNew }: StepShape & { isNew: boolean }) {
  const { t } = useTranslation()
  const { campaign } = draft
  const seen = useQuery({
    queryKey: ['tracking'],
    staleTime: 60_000,
    queryFn: () => answer(client.GET('/api/v1/tracking')),
  })
  const events = [...new Set([GOAL.event, ...(seen.data?.items ?? []).map((each) => text(each.event)), ...MESSAGE_EVENTS])]
  const goal = campaign.goal
  const set = (changed: Partial<typeof campaign>) => change({ ...draft, campaign: { ...campaign, ...changed } })
  const isOurs = (event: string) => event.startsWith('Message ')
  return (
    <Form layout="vertical" requiredMark={false}>
      <Form.Item label={t('wizard.name')} htmlFor="name" extra={t('wizard.nameHint')}>
        <Input
          id="name"
          value={campaign.name}
          disabled={!isNew}
          maxLength={80}
          autoFocus={isNew}
          onChange={(event) => set({ name: event.target.value.toLowerCase().replace(/[^a-z0-9_-]+/g, '-').replace(/^[-_]+/, '') })}
        />
      </Form.Item>
      <Form.Item label={t('wizard.description')} htmlFor="description">
        <Input.TextArea
          id="description"
          autoSize
          value={campaign.description}
          onChange={(event) => set({ description: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={t('wizard.hasGoal')} htmlFor="has-goal" extra={!goal && t('wizard.noGoal')}>
        <Switch id="has-goal" checked={!!goal} onChange={(has) => set({ goal: has ? { ...GOAL } : null })} />
      </Form.Item>
      {goal && (
        <>
          <Form.Item label={t('wizard.goal')} htmlFor="goal">
            <FreeText
              id="goal"
              value={goal.event ?? GOAL.event}
              options={events.map((value) => ({ value }))}
              showSearch={{ filterOption: (typed, option) => !!String(option?.value).toLowerCase().includes(typed.toLowerCase()) }}
              onChange={(event: string) =>
                set({ goal: { ...goal, event, value: isOurs(event) || event !== GOAL.event ? null : GOAL.value } })
              }
            />
          </Form.Item>
          <Form.Item label={t('wizard.within')} htmlFor="within">
            <InputNumber
              id="within"
              min={1}
              max={365}
              precision={0}
              value={daysOf(goal.within ?? GOAL.within)}
              onChange={(days) => days && set({ goal: { ...goal, within: `P${days}D` } })}
              suffix={t('wizard.days')}
              style={{ width: 160 }}
            />
          </Form.Item>
          <Form.Item label={t('wizard.value')} htmlFor="value" extra={t('wizard.valueHint')}>
            <Input
              id="value"
              value={goal.value === undefined ? GOAL.value : (goal.value ?? '')}
              onChange={(event) => set({ goal: { ...goal, value: event.target.value || null } })}
              style={{ maxWidth: 260 }}
            />
          </Form.Item>
        </>
      )}
    </Form>
  )
}
