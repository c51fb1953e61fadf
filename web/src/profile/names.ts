import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

/** What people call a channel; its own name where it is none of ours. */
export function useChannelName(): (name: string) => string {
  const { t } = useTranslation()
  return useCallback((name: string) => t(`person.channels.${name === '*' ? 'all' : name}`, { defaultValue: name }), [t])
}

/** What people call a purpose; its own name where it is none of ours. */
export function usePurposeName(): (name: string) => string {
  const { t } = useTranslation()
  return useCallback((name: string) => t(`person.purposes.${name === '*' ? 'all' : name}`, { defaultValue: name }), [t])
}
