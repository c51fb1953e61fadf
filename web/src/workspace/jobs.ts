import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answer, client, text, type Schemas } from '../api/client'
import { language } from '../app/words'

export type Job = Schemas['Job']

const OVER = new Set(['done', 'failed', 'cancelled', 'abandoned'])

export const isOver = (job: Job | undefined) => job !== undefined && OVER.has(String(job.state))

/** What a job is doing now, in the language of the page. */
export const stageOf = (job: Job | undefined) => (job?.stage ? text(job.stage[language()]) : '')

/** Follows the job that `begin` starts until it is over; then everything that is shown is asked for anew. */
export function useJob(begin: () => Promise<Job>) {
  const queries = useQueryClient()
  const [number, setNumber] = useState<number>()
  const [fault, setFault] = useState<unknown>()
  const found = useQuery({
    queryKey: ['job', number],
    enabled: number !== undefined,
    queryFn: () => answer(client.GET('/api/v1/jobs/{number}', { params: { path: { number: number! } } })),
    refetchInterval: (query) => (isOver(query.state.data) ? false : 500),
  })
  const over = isOver(found.data)
  useEffect(() => {
    if (over) void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'job' })
  }, [over, queries])
  return {
    job: found.data,
    fault: fault ?? found.error,
    isRunning: number !== undefined && !over && !found.isError,
    start: () => {
      setFault(undefined)
      begin().then((job) => setNumber(job.job), setFault)
    },
  }
}
