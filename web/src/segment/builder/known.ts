import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { answer, client, text } from '../../api/client'
import { share, whole } from '../../app/numbers'
import { useTraits } from '../../profile/traits'
import { useDivision } from '../divisions'
import { grammarOf, type Grammar, type Names, type Schema } from './grammar'

/** What may be chosen: what stands in the rule, what people read, and how often it is in the data. */
export interface Option {
  value: string
  label: string
  often?: string
  type?: string
}

export interface Known {
  grammar: Grammar
  traits: Option[]
  segments: Option[]
  events: Option[]
  lists: Option[]
}

const KnownContext = createContext<Known | null>(null)
export const KnownProvider = KnownContext.Provider

export function useKnown(): Known {
  const known = useContext(KnownContext)
  if (!known) throw new Error('Forms of rules are drawn within KnownProvider.')
  return known
}

const STALE = 60_000

/** What rules are made of here: the words of the program, and the names of this base. */
export function useAllKnown(): { known: Known | null; error: Error | null; again: () => void } {
  const { i18n } = useTranslation()
  const schema = useQuery({
    queryKey: ['schema', 'segment', i18n.language],
    staleTime: Infinity,
    queryFn: async () => grammarOf((await answer(client.GET('/api/v1/schema', { params: { query: { kind: 'segment' } } }))) as Schema),
  })
  const traits = useTraits()
  const segments = useQuery({ queryKey: ['segments', i18n.language], queryFn: () => answer(client.GET('/api/v1/segments')) })
  const divisions = useQuery({ queryKey: ['segmentations'], queryFn: () => answer(client.GET('/api/v1/segmentations')) })
  const events = useNamed({})
  const lists = useNamed({ lists: true })
  const { called } = useDivision()
  const known = useMemo(
    () =>
      schema.data && {
        grammar: schema.data,
        traits: [
          ...(traits.data?.items ?? []).map((each) => ({
            value: text(each.name),
            label: text(each.label) || text(each.name),
            type: text(each.type),
            often: share(1 - each.missing_share),
          })),
          ...(divisions.data?.items ?? []).map((each) => ({
            value: `${DIVISION}${text(each.segmentation)}`,
            label: called(text(each.segmentation)),
            type: 'text',
          })),
        ],
        segments: (segments.data?.items ?? []).map((each) => ({
          value: text(each.name),
          label: text(each.label) || text(each.name),
          often: each.size === null ? undefined : whole(each.size),
        })),
        events,
        lists,
      },
    [schema.data, traits.data, segments.data, divisions.data, events, lists, called],
  )
  return { known: known ?? null, error: schema.error, again: () => void schema.refetch() }
}

export const DIVISION = 'segmentation.'
const NONE: Option[] = []

/** Names in the data that a rule may say: events, properties of one, values of one of these, lists. */
function useNamed(query: { event?: string; by?: string; lists?: boolean }, enabled = true): Option[] {
  const { data } = useQuery({
    queryKey: ['named', query],
    enabled,
    staleTime: STALE,
    retry: false,
    queryFn: async () => {
      const found = await answer(client.GET('/api/v1/segment-names', { params: { query } }))
      return found.items.map((each): Option => {
        const often = each.count === null ? undefined : `${whole(each.count)}${each.share === null ? '' : ` · ${share(each.share)}`}`
        return { value: text(each.name), label: text(each.name), type: text(each.type), often }
      })
    },
  })
  return data ?? NONE
}

export function useNames(of: Names, event: string): Option[] {
  const { events, segments, lists } = useKnown()
  const properties = useNamed({ event }, of === 'property' && events.some((each) => each.value === event))
  return { event: events, segment: segments, list: lists, property: properties }[of]
}

export const usePropertyValues = (event: string, property: string): Option[] =>
  useNamed({ event, by: property }, event !== '' && property !== '')

/** The values of a trait with how many have each; of a number its quarters. */
export function useTraitValues(trait: string): { options: Option[]; usual: readonly number[] } {
  const { i18n } = useTranslation()
  const known = useKnown().traits.some((each) => each.value === trait)
  const isDivision = trait.startsWith(DIVISION)
  const name = isDivision ? trait.slice(DIVISION.length) : trait
  const spread = useQuery({
    queryKey: ['trait', name, i18n.language],
    enabled: known && !isDivision,
    staleTime: STALE,
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/traits/{name}', { params: { path: { name } } })),
  })
  const division = useQuery({
    queryKey: ['segmentation', name, i18n.language],
    enabled: known && isDivision,
    staleTime: STALE,
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/segmentations/{name}', { params: { path: { name }, query: { personas: false } } })),
  })
  return useMemo(() => {
    if (isDivision) {
      const parts = division.data?.parts ?? []
      return {
        usual: [],
        options: parts.map((each) => ({ value: text(each.segment), label: text(each.name), often: `${whole(each.size)} · ${share(each.share ?? 0)}` })),
      }
    }
    const bars = spread.data?.bars ?? []
    return {
      usual: spread.data?.quantiles ?? [],
      options: bars.flatMap((bar) => {
        const value = bar.label === null ? (bar.low !== null && bar.low === bar.high ? String(bar.low) : null) : text(bar.label)
        return value === null ? [] : [{ value, label: value, often: `${whole(bar.profiles)} · ${share(bar.share)}` }]
      }),
    }
  }, [isDivision, division.data, spread.data])
}
