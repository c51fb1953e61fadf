import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Modal, Radio, Skeleton } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { Fault } from '../app/Fault'
import { whole } from '../app/numbers'
import type { Shown } from './queries'

type AtRemoved = NonNullable<Schemas['PublishingAsked']['at_removed']>

/** Lets people follow the newest version, after what that does to those inside was read as counts. */
export function Publish({ shown }: { shown: Shown }) {
  const { t } = useTranslation()
  const [isAsking, ask] = useState(false)
  return (
    <>
      <Button type="primary" onClick={() => ask(true)}>
        {t('journeys.publish.do')}
      </Button>
      {isAsking && <Asked shown={shown} close={() => ask(false)} />}
    </>
  )
}

function Asked({ shown, close }: { shown: Shown; close: () => void }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [atRemoved, choose] = useState<AtRemoved>()
  const name = text(shown.journey)
  const path = { name }
  const foreseen = useQuery({
    queryKey: ['publishing', name, shown.version],
    gcTime: 0,
    retry: false,
    queryFn: () => answer(client.POST('/api/v1/journeys/{name}/publish', { params: { path, query: { dry_run: true } }, body: {} })),
  })
  const publish = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/journeys/{name}/publish', { params: { path }, body: { at_removed: atRemoved ?? null } })),
    onSuccess: async () => {
      await queries.invalidateQueries()
      void message.success(t('journeys.publish.done', { version: shown.version }))
      close()
    },
  })
  const effects = foreseen.data?.effects ?? []
  const removed = effects.filter((each) => each.effect === 'removed').reduce((sum, each) => sum + each.people, 0)
  const isAnew = shown.published_version === null || text(shown.state) === 'stopped'
  return (
    <Modal
      open
      title={t('journeys.publish.whether', { name, version: shown.version })}
      okText={t('journeys.publish.do')}
      okButtonProps={{ loading: publish.isPending, disabled: !foreseen.data || (removed > 0 && !atRemoved) }}
      onOk={() => publish.mutate()}
      onCancel={close}
    >
      {foreseen.isPending && <Skeleton active />}
      {foreseen.isError && <Fault fault={foreseen.error} />}
      {foreseen.data && (
        <>
          {isAnew && <p>{t('journeys.publish.first')}</p>}
          {!isAnew && !effects.length && <p>{t('journeys.publish.nothing', { count: shown.inside, n: whole(shown.inside) })}</p>}
          {effects.length > 0 && (
            <ul style={{ paddingInlineStart: 20 }}>
              {effects.map((each) => (
                <li key={`${text(each.step)} ${each.effect}`}>
                  {t(`journeys.effect.${each.effect}`, { step: text(each.step), count: each.people, n: whole(each.people) })}
                </li>
              ))}
            </ul>
          )}
          {removed > 0 && (
            <Radio.Group
              aria-label={t('journeys.publish.removed')}
              value={atRemoved}
              onChange={(event) => choose(event.target.value as AtRemoved)}
              options={(['go_on', 'leave'] as const).map((value) => ({ value, label: t(`journeys.at_removed.${value}`) }))}
              style={{ display: 'flex', flexDirection: 'column', gap: 8 }}
            />
          )}
        </>
      )}
      {publish.isError && <Fault fault={publish.error} />}
    </Modal>
  )
}
