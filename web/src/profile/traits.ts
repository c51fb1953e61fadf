import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../api/client'

/** What is known of every profile, as the program tells it in the language of the page. */
export function useTraits() {
  const { i18n } = useTranslation()
  return useQuery({
    queryKey: ['traits', i18n.language],
    staleTime: 60_000,
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/traits')),
  })
}

/** What people call a trait; its name until that is known. */
export function useTraitLabel(): (name: string) => string {
  const { data } = useTraits()
  return useCallback(
    (name: string) => {
      const found = data?.items.find((each) => each.name === name)
      const label = found && text(found.label)
      return label ? label.charAt(0).toUpperCase() + label.slice(1) : name
    },
    [data],
  )
}
