import { useQuery } from '@tanstack/react-query'
import { Alert, Flex, Segmented, Select, Skeleton, Typography, theme } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'
import { CopyAs } from '../app/Copy'
import { Fault } from '../app/Fault'
import { FreeText } from '../app/FreeText'
import { inTheDark } from './dark'
import type { TemplateBody } from './template'
import { TestSend } from './TestSend'
import { usePreview } from './usePreview'

const WIDTHS = { desktop: '100%', phone: 375, dark: '100%' } as const
type Shown = keyof typeof WIDTHS | 'text'

/** A message as somebody of the audience would read it, in a frame that can do nothing, with what could be better. */
export function Preview({ template, segment, language }: { template: string | TemplateBody; segment?: string; language?: string }) {
  const { t } = useTranslation()
  const { token } = theme.useToken()
  const [person, choose] = useState<string | null>(null)
  const [read, readAs] = useState<string | null>(null)
  const [shown, show] = useState<Shown>('desktop')
  const preview = usePreview(template, person, language ?? read)
  const found = preview.data
  const name = typeof template === 'string' ? template : template.name
  return (
    <Flex vertical gap={12}>
      <Flex gap={8} wrap align="center">
        <Reader segment={segment} choose={choose} />
        {found && found.languages.length > 1 && !language && (
          <Select
            aria-label={t('preview.language')}
            value={read ?? ''}
            onChange={(chosen) => readAs(chosen || null)}
            options={[{ value: '', label: t('preview.own') }, ...found.languages.map((each) => ({ value: text(each), label: text(each) }))]}
            style={{ minWidth: 130 }}
          />
        )}
        <Segmented
          aria-label={t('preview.width')}
          value={shown}
          onChange={show}
          options={(['desktop', 'phone', 'dark', 'text'] as const).map((value) => ({ value, label: t(`preview.as.${value}`) }))}
        />
        <TestSend template={template} person={person} language={language ?? read} />
        <CopyAs
          command={`coterie templates preview ${name} --for ${person ?? 'KEY'}`}
          call="POST /api/v1/templates/preview"
        />
      </Flex>
      {preview.isError && <Fault fault={preview.error} />}
      {preview.isLoading && <Skeleton active />}
      {found && !preview.isError && (
        <div aria-busy={preview.isBehind} style={{ opacity: preview.isBehind ? 0.6 : 1 }}>
          <Typography.Paragraph style={{ marginBottom: 8 }}>
            <Typography.Text type="secondary">{t('preview.subject')} </Typography.Text>
            <Typography.Text strong>{text(found.subject)}</Typography.Text>
          </Typography.Paragraph>
          {shown === 'text' ? (
            <pre style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', background: token.colorFillQuaternary, padding: 12, borderRadius: 8 }}>
              {text(found.text)}
            </pre>
          ) : (
            <iframe
              title={t('preview.frame')}
              sandbox=""
              srcDoc={shown === 'dark' ? inTheDark(text(found.html)) : text(found.html)}
              style={{
                colorScheme: shown === 'dark' ? 'dark' : 'light',
                width: WIDTHS[shown],
                maxWidth: '100%',
                height: 520,
                display: 'block',
                margin: '0 auto',
                border: `1px solid ${token.colorBorderSecondary}`,
                borderRadius: 8,
                background: shown === 'dark' ? '#121212' : '#fff',
              }}
            />
          )}
          {found.advice.length > 0 ? (
            <Alert
              type="warning"
              showIcon
              style={{ marginTop: 12 }}
              title={t('preview.advice')}
              description={
                <ul style={{ paddingInlineStart: 18, margin: 0 }}>
                  {found.advice.map((each, place) => (
                    <li key={place}>{text(each)}</li>
                  ))}
                </ul>
              }
            />
          ) : (
            <Alert type="success" showIcon style={{ marginTop: 12 }} title={t('preview.fine')} />
          )}
        </div>
      )}
    </Flex>
  )
}

/** Whose eyes to read with: somebody of the audience, whoever an identifier names, or somebody of whom nothing is known. */
function Reader({ segment, choose }: { segment?: string; choose: (person: string | null) => void }) {
  const { t } = useTranslation()
  const [typed, type] = useState('')
  const people = useQuery({
    queryKey: ['readers', segment ?? ''],
    retry: false,
    queryFn: async () => {
      const query = { limit: 12 }
      const members =
        segment && (await answer(client.GET('/api/v1/segments/{name}/members', { params: { path: { name: segment }, query } })))
      const found = members && members.items.length ? members : await answer(client.GET('/api/v1/profiles', { params: { query } }))
      return found.items as { profile_id: number; key?: string | null; email?: string | null }[]
    },
  })
  const first = people.data?.[0]?.profile_id
  useEffect(() => {
    if (first === undefined) return
    type(`profile:${first}`)
    choose(`profile:${first}`)
  }, [first, choose])
  const options = (people.data ?? []).map((each) => ({
    value: `profile:${each.profile_id}`,
    label: [each.key, each.email].filter(Boolean).join(' · ') || String(each.profile_id),
  }))
  return (
    <div
      style={{ display: 'contents' }}
      onKeyDownCapture={(event) => {
        // What is chosen from the list by Enter comes first; what was typed counts when the field is left.
        const field = event.target as HTMLElement
        if (event.key === 'Enter') setTimeout(() => field.blur(), 50)
      }}
    >
      <FreeText
        aria-label={t('preview.reader')}
        placeholder={t('preview.reader')}
        allowClear
        value={options.find((each) => each.value === typed)?.label ?? typed}
        options={options}
        onChange={(value: string | undefined) => {
          type(value ?? '')
          if (!value) choose(null)
        }}
        onSelect={(value: string | undefined) => {
          type(value ?? '')
          choose(value ?? null)
        }}
        onBlur={() => choose(typed.trim() || null)}
        style={{ flex: '1 1 220px', maxWidth: 320 }}
      />
    </div>
  )
}
