import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { answer, client, type Schemas } from '../api/client'
import type { Schema } from '../segment/builder/grammar'
import { stepsOf, type Body, type StepGrammar } from './steps'

export type Row = Schemas['JourneyRow']
export type Shown = Schemas['JourneyShown']

const FOLLOWED_MILLISECONDS = 4_000

/** Every journey with its counts, which follow what happens. */
export function useJourneys() {
  return useQuery({
    queryKey: ['journeys'],
    refetchInterval: FOLLOWED_MILLISECONDS,
    queryFn: () => answer(client.GET('/api/v1/journeys')),
    select: (found) => found.items,
  })
}

/** One journey as it stands; a draft moves nobody. */
export function useJourney(name: string) {
  const { i18n } = useTranslation()
  return useQuery({
    queryKey: ['journey', name, i18n.language],
    refetchInterval: FOLLOWED_MILLISECONDS,
    queryFn: () => answer(client.GET('/api/v1/journeys/{name}', { params: { path: { name } } })),
  })
}

/** What a journey says in the version that people follow, or in the newest where none is followed. */
export function useWritten(name: string, version: number | undefined) {
  return useQuery({
    queryKey: ['written', 'journey', name, version],
    enabled: version !== undefined,
    queryFn: async (): Promise<Body> => {
      const found = await answer(client.GET('/api/v1/definitions/{kind}/{name}/versions', { params: { path: { kind: 'journey', name } } }))
      return (found.items.find((each) => each.version === version) ?? found.items.at(-1))?.body as Body
    },
  })
}

/** What journeys may be made of, in the language of the page. */
export function useStepGrammar() {
  const { i18n } = useTranslation()
  return useQuery({
    queryKey: ['schema', 'journey', i18n.language],
    staleTime: Infinity,
    queryFn: async (): Promise<StepGrammar> => stepsOf((await answer(client.GET('/api/v1/schema', { params: { query: { kind: 'journey' } } }))) as Schema),
  })
}
