import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

/** What people call a channel; its own name where it is none of ours. */
export function useChannelName(): (name: string) => string {
  const { t } = useTranslation()
  return useCallback((name: string) => t(`person.channels.${name === '*' ? 'all' : name}`, { defaultValue: name }), [t])
}

/** What people call a kind of identifier; its own name where it is none of ours. */
export function useNamespaceName(): (name: string) => string {
  const { t } = useTranslation()
  return useCallback((name: string) => t(`person.namespaces.${name}`, { defaultValue: name }), [t])
}

/** The name of somebody as files give it; empty where they give none. */
export function calledOf(traits: Readonly<Record<string, unknown>>): string {
  const parts = [traits.first_name, traits.last_name].filter(Boolean)
  return String(traits.name ?? '').trim() || parts.join(' ')
}

/** What people call a purpose; its own name where it is none of ours. */
export function usePurposeName(): (name: string) => string {
  const { t } = useTranslation()
  return useCallback((name: string) => t(`person.purposes.${name === '*' ? 'all' : name}`, { defaultValue: name }), [t])
}
