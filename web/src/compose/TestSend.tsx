import { MailOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { Alert, Button, Flex, Input, Modal, Typography } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { useMay, useSession } from '../protect/session'
import type { TemplateBody } from './template'

interface Tried {
  template: string | TemplateBody
  person: string | null
  language: string | null
}

/** Send what is previewed to an address of one's own: marked as a test, counted nowhere, never to a customer. */
export function TestSend({ template, person, language }: Tried) {
  const { t } = useTranslation()
  const may = useMay('reach')
  const own = useSession().data?.user?.email ?? ''
  const [isOpen, open] = useState(false)
  const [typed, type] = useState<string | null>(null)
  const to = (typed ?? own).trim()
  const sent = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/v1/templates/test', {
          body: {
            ...(typeof template === 'string' ? { template } : { definition: template as Record<string, unknown> }),
            person,
            language,
            to,
          },
        }),
      ),
  })
  if (!may) return null
  const found = sent.data
  return (
    <>
      <Button icon={<MailOutlined />} onClick={() => open(true)}>
        {t('test.title')}
      </Button>
      <Modal
        open={isOpen}
        title={t('test.title')}
        okText={t('test.send')}
        okButtonProps={{ disabled: !to, loading: sent.isPending }}
        onOk={() => sent.mutate()}
        onCancel={() => open(false)}
      >
        <Flex vertical gap={8}>
          <Typography.Text>{t('test.about')}</Typography.Text>
          <Input
            type="email"
            aria-label={t('test.to')}
            value={typed ?? own}
            onChange={(event) => type(event.target.value)}
            onPressEnter={() => to && sent.mutate()}
          />
          {found && (
            <Alert
              type={found.state === 'sent' ? 'success' : 'warning'}
              showIcon
              title={t(`test.states.${text(found.state)}`, { to: text(found.to) })}
              description={found.state === 'sent' ? text(found.subject) : text(found.reply)}
            />
          )}
          {sent.isError && <Fault fault={sent.error} />}
        </Flex>
      </Modal>
    </>
  )
}
