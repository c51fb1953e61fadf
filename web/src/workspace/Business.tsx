import { useQuery } from '@tanstack/react-query'
import { Form, Input, Select, Skeleton } from 'antd'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { Fault } from '../app/Fault'
import { Said } from '../app/Said'
import { LANGUAGES } from '../app/words'
import { SettingsForm } from './SettingsForm'
import { PLACES, choicesOf, type Place } from './places'
import { useSettings } from './settings'

const NAMES = ['name', 'locale', 'country', 'currency', 'timezone'] as const

/** What the business is called, its language, and where it is; beside each field what becomes of what was loaded before. */
export function Business() {
  const { t } = useTranslation()
  const kept = useSettings()
  const choices = useQuery({ queryKey: ['beginning'], queryFn: () => answer(client.GET('/api/v1/beginning')) })
  if (kept.isPending || choices.isPending) return <Skeleton active />
  if (kept.isError) return <Fault fault={kept.error} again={() => void kept.refetch()} />
  if (choices.isError) return <Fault fault={choices.error} again={() => void choices.refetch()} />
  const labels = Object.fromEntries(NAMES.map((name) => [name, t(`welcome.${name}`)]))
  return (
    <SettingsForm kept={kept.data} names={NAMES} labels={labels}>
      <Form.Item name="name" label={labels.name} rules={[{ required: true, whitespace: true, message: t('welcome.needsName') }]}>
        <Input maxLength={100} autoComplete="organization" />
      </Form.Item>
      <Form.Item name="locale" label={labels.locale} extra={t('welcome.localeFor')}>
        <Select options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))} />
      </Form.Item>
      {(Object.keys(PLACES) as Place[]).map((place) => (
        <Form.Item
          key={place}
          name={place}
          label={labels[place]}
          extra={
            <>
              {t(`welcome.${place}For`)} <Said words={t(`business.before.${place}`)} />
            </>
          }
        >
          <Select showSearch={{ optionFilterProp: 'label' }} options={choicesOf(place, choices.data[PLACES[place]].map(text))} />
        </Form.Item>
      ))}
    </SettingsForm>
  )
}
