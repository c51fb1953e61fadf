import { CopyOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'
import { useMay } from '../protect/session'

/** Makes a campaign like this one under a new name, and opens it to be changed. */
export function CloneCampaign({ name }: { name: string }) {
  const { t } = useTranslation()
  const may = useMay('manage')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [copy, setCopy] = useState<string | null>(null)
  const clone = useMutation({
    mutationFn: (copy_as: string) => answer(client.POST('/api/v1/campaigns/{name}/clone', { params: { path: { name } }, body: { copy_as } })),
    onSuccess: async (made) => {
      await queries.invalidateQueries()
      setCopy(null)
      await navigate({ to: '/campaigns/$name/edit/$step', params: { name: String(made.copy), step: 'goal' } })
    },
  })
  if (!may) return null
  return (
    <>
      <Button icon={<CopyOutlined />} onClick={() => setCopy(`${name}-2`)}>
        {t('clone.do')}
      </Button>
      <Modal
        open={copy !== null}
        title={t('clone.title', { name })}
        okText={t('clone.do')}
        okButtonProps={{ disabled: !/^[a-z0-9][a-z0-9_-]*$/.test(copy ?? ''), loading: clone.isPending }}
        onOk={() => copy && clone.mutate(copy)}
        onCancel={() => setCopy(null)}
      >
        <Form layout="vertical">
          <Form.Item label={t('clone.name')} htmlFor="clone-name" extra={t('wizard.nameHint')}>
            <Input id="clone-name" value={copy ?? ''} onChange={(event) => setCopy(event.target.value)} />
          </Form.Item>
        </Form>
        {clone.isError && <Fault fault={clone.error} />}
      </Modal>
    </>
  )
}
