import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { App, Button, Form, Input, Modal, Segmented, Select } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { whole } from '../app/numbers'

type By = 'people' | 'segment'

/** Lets people, or the members of a segment, enter by hand. */
export function Enrol({ name }: { name: string }) {
  const { t } = useTranslation()
  const [isAsking, ask] = useState(false)
  return (
    <>
      <Button onClick={() => ask(true)}>{t('journeys.enrol.do')}</Button>
      {isAsking && <Asked name={name} close={() => ask(false)} />}
    </>
  )
}

function Asked({ name, close }: { name: string; close: () => void }) {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const queries = useQueryClient()
  const [by, choose] = useState<By>('people')
  const [typed, type] = useState('')
  const [segment, setSegment] = useState<string>()
  const segments = useQuery({ queryKey: ['segments', i18n.language], queryFn: () => answer(client.GET('/api/v1/segments')) })
  const people = typed.split(/[\s,，;；]+/).filter(Boolean)
  const enrol = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/v1/journeys/{name}/enrol', {
          params: { path: { name } },
          body: by === 'people' ? { people, segment: null } : { people: [], segment: segment ?? null },
        }),
      ),
    onSuccess: async (done) => {
      await queries.invalidateQueries()
      void message.success(t('journeys.enrol.done', { entered: whole(done.entered), held: whole(done.held) }))
      close()
    },
  })
  return (
    <Modal
      open
      title={t('journeys.enrol.whether', { name })}
      okText={t('journeys.enrol.do')}
      okButtonProps={{ loading: enrol.isPending, disabled: by === 'people' ? !people.length : !segment }}
      onOk={() => enrol.mutate()}
      onCancel={close}
    >
      <Form layout="vertical">
        <Form.Item>
          <Segmented<By>
            aria-label={t('journeys.enrol.by')}
            name={useId()}
            value={by}
            onChange={choose}
            options={[
              { value: 'people', label: t('journeys.enrol.people') },
              { value: 'segment', label: t('journeys.enrol.segment') },
            ]}
          />
        </Form.Item>
        {by === 'people' ? (
          <Form.Item label={t('journeys.enrol.whom')} htmlFor="whom" extra={t('journeys.whoHint')}>
            <Input.TextArea id="whom" autoSize={{ minRows: 2, maxRows: 8 }} value={typed} onChange={(event) => type(event.target.value)} />
          </Form.Item>
        ) : (
          <Form.Item label={t('journeys.enrol.segment')}>
            <Select
              aria-label={t('journeys.enrol.segment')}
              showSearch={{ optionFilterProp: 'label' }}
              value={segment}
              onChange={setSegment}
              options={(segments.data?.items ?? []).map((each) => ({
                value: text(each.name),
                label: `${text(each.label) || text(each.name)}${each.size === null ? '' : ` · ${whole(each.size)}`}`,
              }))}
            />
          </Form.Item>
        )}
      </Form>
      {enrol.isError && <Fault fault={enrol.error} />}
    </Modal>
  )
}
