import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Form, Input, Typography } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { Fault } from '../app/Fault'
import { Entrance } from './Entrance'
import { SESSION } from './session'

/** Signing in stands where the page was, so that one comes back to what one wanted. */
export function SignIn({ hasOwner }: { hasOwner: boolean }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const enter = useMutation({
    mutationFn: (who: { email: string; password: string }) => answer(client.POST('/api/v1/session', { body: who })),
    onSuccess: () => queries.invalidateQueries({ queryKey: SESSION }),
  })
  return (
    <Entrance title={t('session.title')}>
      {!hasOwner && <Alert type="info" showIcon title={t('session.noOwner')} style={{ marginBottom: 16 }} />}
      <Form layout="vertical" requiredMark={false} onFinish={enter.mutate} disabled={!hasOwner}>
        <Form.Item name="email" label={t('session.email')} rules={[{ required: true, message: t('session.needsEmail') }]}>
          <Input type="email" autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item
          name="password"
          label={t('session.password')}
          rules={[{ required: true, message: t('session.needsPassword') }]}
        >
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        {enter.isError && <Fault fault={enter.error} />}
        <Button type="primary" htmlType="submit" block loading={enter.isPending} style={{ marginTop: 12 }}>
          {t('session.in')}
        </Button>
      </Form>
      <Typography.Paragraph type="secondary" style={{ marginTop: 16, marginBottom: 0 }}>
        {t('session.forgotten')}
      </Typography.Paragraph>
    </Entrance>
  )
}
