import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Form, Input, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'
import { Entrance } from './Entrance'
import { SESSION } from './session'

interface Given {
  name: string
  email: string
  password: string
}

/** Where an invitation leads: what stands behind # in the address is the token, which no server log holds. */
export function Join() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const token = window.location.hash.slice(1)
  const enter = useMutation({
    mutationFn: (given: Given) => answer(client.POST('/api/v1/session/join', { body: { ...given, token } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: SESSION })
      await navigate({ to: '/', hash: '', replace: true })
    },
  })
  return (
    <Entrance title={t('join.title')}>
      <Typography.Paragraph>{t('join.about')}</Typography.Paragraph>
      <Form layout="vertical" requiredMark={false} onFinish={enter.mutate}>
        <Form.Item name="name" label={t('join.name')} rules={[{ required: true, message: t('join.needsName') }]}>
          <Input autoComplete="name" autoFocus maxLength={100} />
        </Form.Item>
        <Form.Item name="email" label={t('session.email')} rules={[{ required: true, message: t('session.needsEmail') }]}>
          <Input type="email" autoComplete="username" maxLength={254} />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('session.password')}
          extra={t('join.password')}
          rules={[{ required: true, min: 10, message: t('join.password') }]}
        >
          <Input.Password autoComplete="new-password" maxLength={200} />
        </Form.Item>
        {enter.isError && <Fault fault={enter.error} />}
        <Button type="primary" htmlType="submit" block loading={enter.isPending} style={{ marginTop: 12 }}>
          {t('join.enter')}
        </Button>
      </Form>
    </Entrance>
  )
}
