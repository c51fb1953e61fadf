import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Flex, Input, Modal, Popconfirm } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import type { Stopped } from '../decide/queries'
import { useMay } from '../protect/session'

/** Why all sending is held, on every page of campaigns, and how it goes on. */
export function Held({ why, isCopy }: Stopped) {
  const { t } = useTranslation()
  const may = useMay('admin')
  const queries = useQueryClient()
  const release = useMutation({
    mutationFn: (past_due: 'send' | 'drop' | null) => answer(client.POST('/api/v1/sending/release', { body: { past_due } })),
    onSuccess: () => queries.invalidateQueries(),
  })
  return (
    <div style={{ marginBottom: 16 }}>
      <Alert
        type="warning"
        showIcon
        title={isCopy ? t('sending.copy') : t('sending.held')}
        description={may ? why : `${why} ${t('sending.whoReleases')}`}
        action={
          <Flex vertical gap={8}>
            {may && !isCopy && (
              <Button loading={release.isPending} onClick={() => release.mutate(null)}>
                {t('sending.release')}
              </Button>
            )}
            {may &&
              isCopy &&
              (['drop', 'send'] as const).map((each) => (
                <Popconfirm
                  key={each}
                  title={t('sending.copyWhat')}
                  description={t(`sending.pastDueWhat.${each}`)}
                  okButtonProps={{ danger: each === 'send' }}
                  onConfirm={() => release.mutate(each)}
                >
                  <Button loading={release.isPending && release.variables === each}>{t(`sending.pastDue.${each}`)}</Button>
                </Popconfirm>
              ))}
            <CopyAs command="coterie campaigns release --by NAME" call="POST /api/v1/sending/release" />
          </Flex>
        }
      />
      {release.isError && <Fault fault={release.error} />}
    </div>
  )
}

/** Stops all sending, with a reason. */
export function HoldSending() {
  const { t } = useTranslation()
  const may = useMay('manage')
  const queries = useQueryClient()
  const [isAsking, ask] = useState(false)
  const [reason, setReason] = useState('')
  const hold = useMutation({
    mutationFn: () => answer(client.POST('/api/v1/sending/hold', { body: { reason: reason.trim() } })),
    onSuccess: async () => {
      ask(false)
      setReason('')
      await queries.invalidateQueries()
    },
  })
  if (!may) return null
  return (
    <>
      <Button danger onClick={() => ask(true)}>
        {t('sending.hold')}
      </Button>
      <Modal
        open={isAsking}
        title={t('sending.hold')}
        okText={t('sending.holdNow')}
        okButtonProps={{ danger: true, disabled: !reason.trim(), loading: hold.isPending }}
        onOk={() => hold.mutate()}
        onCancel={() => ask(false)}
      >
        <p>{t('sending.holdWhat')}</p>
        <label htmlFor="why-held">{t('sending.why')}</label>
        <Input
          id="why-held"
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.target.value)}
          onPressEnter={() => reason.trim() && hold.mutate()}
        />
        {hold.isError && <Fault fault={hold.error} />}
      </Modal>
    </>
  )
}
