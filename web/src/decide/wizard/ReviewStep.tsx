import { CheckCircleTwoTone, ExclamationCircleTwoTone } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { App, Button, Flex, Skeleton, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { Problem, answer, client } from '../../api/client'
import { Fault } from '../../app/Fault'
import { useMay } from '../../protect/session'
import { Meant } from '../Campaigns'
import { PlanView } from '../PlanView'
import { Overtaken } from '../../app/Overtaken'
import type { StepShape } from './Wizard'
import { STEPS, isReady, missing, written, type Draft } from './draft'
import { usePlan } from './usePlan'

type Kind = 'campaign' | 'template'

/** Somebody else saved one of the two meanwhile. */
class Meanwhile extends Error {
  constructor(readonly kind: Kind) {
    super()
  }
}

async function put(kind: Kind, body: Record<string, unknown>, version: number): Promise<number> {
  const name = String(body.name)
  const header = version ? { 'If-Match': `"${version}"` } : undefined
  try {
    const saved = await answer(
      client.PUT('/api/v1/definitions/{kind}/{name}', { params: { path: { kind, name }, header }, body }),
    )
    return saved.version
  } catch (fault) {
    if (fault instanceof Problem && fault.code === 'overtaken') throw new Meanwhile(kind)
    throw fault
  }
}

/** All that was said, what is missing, who would get it; then it is saved, and sent from its own page. */
export function ReviewStep({ draft, change, saved }: StepShape & { saved: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const may = useMay('manage')
  const plan = usePlan(draft)
  const name = draft.campaign.name
  const save = useMutation({
    mutationFn: async ({ campaign, template, madeFrom }: Draft) => {
      let version = madeFrom.template
      if (template) {
        version = await put('template', template, version)
        change({ campaign, template, madeFrom: { ...madeFrom, template: version } })
      }
      await put('campaign', written({ campaign, template, madeFrom }), madeFrom.campaign)
    },
    onSuccess: async () => {
      saved()
      void message.success(t('builder.saved'))
      await queries.invalidateQueries()
      await navigate({ to: '/campaigns/$name/$section', params: { name, section: 'plan' } })
    },
  })
  const overtaken = save.error instanceof Meanwhile ? save.error.kind : null
  const mine = overtaken === 'template' ? draft.template : written(draft)
  const again = (changed: Draft) => {
    change(changed)
    save.reset()
  }
  return (
    <Flex vertical gap={16}>
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {STEPS.filter((each) => each !== 'review').map((each) => {
          const lacks = missing(draft, each)
          return (
            <li key={each} style={{ padding: '4px 0' }}>
              {lacks.length ? (
                <ExclamationCircleTwoTone twoToneColor="#e8590c" aria-label={t('wizard.lacks')} />
              ) : (
                <CheckCircleTwoTone twoToneColor="#2f9e44" aria-label={t('wizard.done')} />
              )}{' '}
              {t(`wizard.step.${each}`)}
              {lacks.map((what) => (
                <Typography.Text key={what} type="warning">{` ${t(`wizard.missing.${what}`)}`}</Typography.Text>
              ))}
            </li>
          )
        })}
      </ul>
      <div>
        <Typography.Title level={2} style={{ fontSize: 18 }}>
          {name}
        </Typography.Title>
        {draft.campaign.description && <p>{draft.campaign.description}</p>}
        <Meant body={written(draft)} />
      </div>
      {plan.isLoading && <Skeleton active />}
      {plan.isError && <Fault fault={plan.error} again={() => void plan.refetch()} />}
      {plan.data && !plan.isError && <PlanView found={plan.data} />}
      {save.isError && !overtaken && <Fault fault={save.error} />}
      {overtaken && mine && (
        <Overtaken
          kind={overtaken}
          mine={mine}
          keepMine={(version) => again({ ...draft, madeFrom: { ...draft.madeFrom, [overtaken]: version } })}
          takeTheirs={(body, version) => again({ ...draft, [overtaken]: body, madeFrom: { ...draft.madeFrom, [overtaken]: version } } as Draft)}
        />
      )}
      {may ? (
        <div>
          <Button type="primary" size="large" disabled={!isReady(draft) || !!overtaken} loading={save.isPending} onClick={() => save.mutate(draft)}>
            {t('wizard.save')}
          </Button>{' '}
          <Typography.Text type="secondary">{t('wizard.saveWhat')}</Typography.Text>
        </div>
      ) : (
        <Typography.Text type="secondary">{t('wizard.mayNot')}</Typography.Text>
      )}
    </Flex>
  )
}
