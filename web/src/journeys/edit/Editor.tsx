import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { Skeleton } from 'antd'
import { useMemo } from 'react'
import { answer, client } from '../../api/client'
import { PageFault } from '../../app/PageFault'
import { KnownProvider, useAllKnown } from '../../segment/builder/known'
import { useStepGrammar } from '../queries'
import { blankJourney, taken, type Body } from '../steps'
import { Canvas } from './Canvas'

export function NewJourney() {
  return <WithKnown />
}

export function EditJourney() {
  const name = String(useParams({ strict: false }).name)
  const found = useQuery({
    queryKey: ['definition', 'journey', name],
    staleTime: Infinity,
    gcTime: 0,
    queryFn: () => answer(client.GET('/api/v1/definitions/{kind}/{name}', { params: { path: { kind: 'journey', name } } })),
  })
  if (found.isPending) return <Skeleton active />
  if (found.isError) return <PageFault fault={found.error} again={() => void found.refetch()} />
  return <WithKnown kept={{ body: { ...(found.data.body as Body), name }, version: found.data.version }} />
}

function WithKnown({ kept }: { kept?: { body: Body; version: number } }) {
  const { known, error, again } = useAllKnown()
  const grammar = useStepGrammar()
  const body = useMemo(() => {
    if (!grammar.data || !known) return null
    return taken(kept?.body ?? blankJourney(), grammar.data)
  }, [grammar.data, known, kept])
  if (grammar.isError) return <PageFault fault={grammar.error} again={() => void grammar.refetch()} />
  if (!known || !grammar.data || !body) return error ? <PageFault fault={error} again={again} /> : <Skeleton active />
  return (
    <KnownProvider value={known}>
      <Canvas begin={body} version={kept?.version} grammar={grammar.data} />
    </KnownProvider>
  )
}
