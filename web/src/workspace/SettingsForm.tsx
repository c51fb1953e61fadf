import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Alert, Button, Card, Flex, Form } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Fault } from '../app/Fault'
import { changes, type Values } from './changes'
import { NotSaved, saveAll, type Kept } from './settings'

/** A form over some settings: what differs is saved, a refusal stands at its field, and it says when what was saved counts. */
export function SettingsForm({ kept, names, labels, children }: {
  kept: Kept
  names: readonly string[]
  labels: Record<string, string>
  children: ReactNode
}) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [form] = Form.useForm<Values>()
  const save = useMutation({
    mutationFn: (shown: Values) => saveAll(kept.version, changes(kept.settings, shown)),
    onError: (fault) => {
      if (fault instanceof NotSaved && labels[fault.name]) form.setFields([{ name: [fault.name], errors: [fault.message] }])
    },
    onSettled: () => queries.invalidateQueries(),
  })
  const later = (save.data ?? []).map((name) => labels[name] ?? name)
  const isAtField = save.error instanceof NotSaved && !!labels[save.error.name]
  return (
    <Card style={{ maxWidth: 640 }}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={Object.fromEntries(names.map((name) => [name, kept.settings[name]]))}
        onValuesChange={() => save.reset()}
        onFinish={(shown) => save.mutate(shown)}
      >
        {children}
        <Flex vertical gap={12} align="flex-start">
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {t('settings.save')}
          </Button>
          <div aria-live="polite">
            {save.isSuccess && !later.length && <Alert type="success" showIcon title={t('settings.saved')} />}
            {later.length > 0 && <Alert type="info" showIcon title={t('settings.later', { names: later.join(', ') })} />}
          </div>
          {save.isError && !isAtField && <Fault fault={save.error instanceof NotSaved ? save.error.fault : save.error} />}
        </Flex>
      </Form>
    </Card>
  )
}
