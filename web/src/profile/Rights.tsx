import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { App, Button, Card, Flex, Modal, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'
import { whole } from '../app/numbers'
import { save } from '../app/saving'
import { useMay } from '../protect/session'

/** What somebody may ask for by law: all that is kept of them, and to be erased. */
export function Rights({ number }: { number: number }) {
  const { t } = useTranslation()
  const mayExport = useMay('manage')
  const mayErase = useMay('admin')
  const { message } = App.useApp()
  const navigate = useNavigate()
  const params = { path: { number } }
  const taken = useMutation({
    mutationFn: () => answer(client.GET('/api/v1/profiles/{number}/export', { params })),
    onSuccess: (all) => save(`person-${number}.json`, JSON.stringify(all, null, 2), 'application/json'),
  })
  const foreseen = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/profiles/{number}', { params: { ...params, query: { dry_run: true } } })),
  })
  const erased = useMutation({
    mutationFn: () => answer(client.DELETE('/api/v1/profiles/{number}', { params })),
    onSuccess: async (done) => {
      void message.success(t('person.erased', { certificate: done.certificate ?? '–' }), 10)
      await navigate({ to: '/people' })
    },
  })
  if (!mayExport) return null
  const fault = taken.error ?? foreseen.error ?? erased.error
  const rows = Object.values(foreseen.data?.rows ?? {}).reduce((sum, each) => sum + each, 0)
  return (
    <Card title={t('person.rights')} size="small" style={{ marginTop: 16 }}>
      <Flex gap={8} wrap>
        <Button loading={taken.isPending} onClick={() => taken.mutate()}>
          {t('person.export')}
        </Button>
        {mayErase && (
          <Button danger loading={foreseen.isPending} onClick={() => foreseen.mutate()}>
            {t('person.erase')}
          </Button>
        )}
      </Flex>
      {fault && <Fault fault={fault} />}
      <Modal
        open={foreseen.isSuccess}
        title={t('person.eraseWhom')}
        okText={t('person.erase')}
        okButtonProps={{ danger: true, loading: erased.isPending }}
        onOk={() => erased.mutate()}
        onCancel={() => foreseen.reset()}
      >
        <Typography.Paragraph>
          {t('person.eraseWhat', { rows: whole(rows), files: whole(foreseen.data?.files.length ?? 0) })}
        </Typography.Paragraph>
      </Modal>
    </Card>
  )
}
