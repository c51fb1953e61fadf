import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text, type Schemas } from '../api/client'
import { decimal } from '../app/numbers'

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

/** What traits are called, of which type and in which unit they are: quick, for no value is read. */
export function useTraitNames() {
  const { i18n } = useTranslation()
  return useQuery({
    queryKey: ['trait names', i18n.language],
    staleTime: 60_000,
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/trait-names')),
  })
}

/** What people call a trait; three dots until that is known. */
export function useTraitLabel(): (name: string) => string {
  const { data, isPending } = useTraitNames()
  return useCallback(
    (name: string) => {
      const found = data?.items.find((each) => each.name === name)
      const label = found && text(found.label)
      return label ? label.charAt(0).toUpperCase() + label.slice(1) : isPending ? '…' : name
    },
    [data, isPending],
  )
}

type Bar = Schemas['TraitBar']

/** What a bar stands for: a value, or from where to where. */
export function ends(bar: Bar, rest: string): string {
  if (bar.label !== null) return text(bar.label)
  if (bar.low === null && bar.high === null) return rest
  if (bar.low === bar.high) return decimal(bar.low!)
  if (bar.low === null) return `< ${decimal(bar.high!)}`
  return bar.high === null ? `≥ ${decimal(bar.low)}` : `${decimal(bar.low)} – ${decimal(bar.high)}`
}

/** Bars with what each stands for. */
export const barsOf = (bars: readonly Bar[], rest: string): [string, Bar][] => bars.map((bar) => [ends(bar, rest), bar])
