import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client } from '../api/client'
import { useQuiet } from '../app/quiet'
import type { TemplateBody } from './template'

/** What a person reads of a template, kept or being written; follows it while it is. */
export function usePreview(template: string | TemplateBody, person: string | number | null, language: string | null) {
  const { i18n } = useTranslation()
  const wanted = {
    ...(typeof template === 'string' ? { template } : { definition: template as Record<string, unknown> }),
    person,
    language,
  }
  const asked = useQuiet(wanted)
  const found = useQuery({
    queryKey: ['template preview', asked, i18n.language],
    placeholderData: keepPreviousData,
    retry: false,
    queryFn: ({ signal }) => answer(client.POST('/api/v1/templates/preview', { body: asked, signal })),
  })
  return { ...found, isBehind: JSON.stringify(asked) !== JSON.stringify(wanted) || found.isFetching }
}
