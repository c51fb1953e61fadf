import { useQuery } from '@tanstack/react-query'
import { Problem, answer, client, type Schemas } from '../api/client'
import type { Values } from './changes'

export type Kept = Schemas['SettingsKept']

/** All settings as the file has them; owners alone may ask. */
export function useSettings() {
  return useQuery({ queryKey: ['settings'], queryFn: () => answer(client.GET('/api/v1/settings')) })
}

/** The setting that could not be saved, and why. */
export class NotSaved extends Error {
  constructor(
    readonly name: string,
    readonly fault: unknown,
  ) {
    super(fault instanceof Error ? fault.message : String(fault))
  }
}

/** Save settings one by one, each made from the version before; returns those that count only when the server is started again. */
export async function saveAll(version: number, changed: Values): Promise<string[]> {
  const later: string[] = []
  for (const [name, value] of Object.entries(changed)) {
    try {
      const saved = await answer(
        client.PUT('/api/v1/settings/{name}', {
          params: { path: { name }, header: { 'If-Match': `"${version}"` } },
          body: { value: value as string },
        }),
      )
      version = saved.version
      if (saved.counts !== 'at once') later.push(name)
    } catch (fault) {
      throw fault instanceof Problem ? new NotSaved(name, fault) : fault
    }
  }
  return later
}
