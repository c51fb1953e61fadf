import { useQueryClient, type Query } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Problem } from '../api/client'

const PAUSE_MILLISECONDS = 2_000

/** Whatever found nobody at home is asked for again until it is answered. */
export function useGoOn(): void {
  const queries = useQueryClient()
  useEffect(() => {
    const isUnanswered = ({ state }: Query) => state.error instanceof Problem && state.error.status === 0
    const timer = setInterval(() => void queries.refetchQueries({ type: 'active', predicate: isUnanswered }), PAUSE_MILLISECONDS)
    return () => clearInterval(timer)
  }, [queries])
}
