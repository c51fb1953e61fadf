import { queryOptions } from '@tanstack/react-query'
import { answer, client, type Schemas } from '../api/client'

export type Readout = Schemas['CampaignReadout']
export type Opened = Schemas['CampaignResults']['engagement'][number]
export type Reading = Schemas['Estimate'] | Schemas['NotEstimable']

/** What a campaign changed; asked seldom, since every order is read for it. */
export const resultsOf = (name: string, lang: string) =>
  queryOptions({
    queryKey: ['results', name, lang],
    staleTime: 60_000,
    retry: false,
    queryFn: () => answer(client.GET('/api/v1/campaigns/{name}/results', { params: { path: { name } } })),
  })

export const isEstimate = (reading: Reading): reading is Schemas['Estimate'] => 'value' in reading
