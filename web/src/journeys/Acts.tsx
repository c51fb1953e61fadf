import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Flex, Modal, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { whole } from '../app/numbers'
import { useMay } from '../protect/session'
import { Enrol } from './Enrol'
import { Publish } from './Publish'
import type { Shown } from './queries'

type Act = 'pause' | 'resume' | 'drain' | 'stop'

const OFFERED: Record<string, readonly Act[]> = {
  running: ['pause', 'drain', 'stop'],
  paused: ['resume', 'drain', 'stop'],
  draining: ['resume', 'pause', 'stop'],
}
const NEEDS = { pause: 'manage', drain: 'manage', resume: 'reach', stop: 'reach' } as const

/** What can be done with a journey as it stands; each says first what will happen, and to how many. */
export function Acts({ shown }: { shown: Shown }) {
  const { t } = useTranslation()
  const [asking, ask] = useState<Act>()
  const may = { manage: useMay('manage'), reach: useMay('reach') }
  const state = text(shown.state)
  const isOpen = state === 'running'
  const isBehind = shown.published_version !== shown.version || state === 'stopped'
  return (
    <Flex gap={8} wrap>
      {may.reach && isBehind && <Publish shown={shown} />}
      {may.reach && isOpen && <Enrol name={text(shown.journey)} />}
      {(OFFERED[state] ?? [])
        .filter((act) => may[NEEDS[act]])
        .map((act) => (
          <Button key={act} danger={act === 'stop'} onClick={() => ask(act)}>
            {t(`journeys.do.${act}`)}
          </Button>
        ))}
      {asking && <Asked act={asking} shown={shown} close={() => ask(undefined)} />}
    </Flex>
  )
}

function Asked({ act, shown, close }: { act: Act; shown: Shown; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [isExtended, extend] = useState<boolean>()
  const name = text(shown.journey)
  const path = { params: { path: { name } } }
  const asksExtend = act === 'resume' && text(shown.state) === 'paused'
  const doing = useMutation({
    mutationFn: () =>
      answer(
        act === 'pause'
          ? client.POST('/api/v1/journeys/{name}/pause', path)
          : act === 'drain'
            ? client.POST('/api/v1/journeys/{name}/drain', path)
            : act === 'stop'
              ? client.POST('/api/v1/journeys/{name}/stop', path)
              : client.POST('/api/v1/journeys/{name}/resume', { ...path, body: { extend: isExtended ?? null } }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries()
      close()
    },
  })
  return (
    <Modal
      open
      title={t(`journeys.whether.${act}`, { name })}
      okText={t(`journeys.do.${act}`)}
      okButtonProps={{ danger: act === 'stop', loading: doing.isPending, disabled: asksExtend && isExtended === undefined }}
      onOk={() => doing.mutate()}
      onCancel={close}
    >
      <p>{t(`journeys.what.${act}`, { count: shown.inside, n: whole(shown.inside) })}</p>
      {asksExtend && (
        <Radio.Group
          aria-label={t('journeys.extend.ask')}
          value={isExtended}
          onChange={(event) => extend(event.target.value as boolean)}
          options={[
            { value: true, label: t('journeys.extend.yes') },
            { value: false, label: t('journeys.extend.no') },
          ]}
          style={{ display: 'flex', flexDirection: 'column', gap: 8 }}
        />
      )}
      {doing.isError && <Fault fault={doing.error} />}
    </Modal>
  )
}
