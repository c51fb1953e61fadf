import { expect, it } from 'vitest'
import { inTheDark } from './dark'

it('rules for the dark hold, and those for the light do not', () => {
  expect(inTheDark('@media (prefers-color-scheme: dark) {p {}} @media screen and (Prefers-Color-Scheme:light) {a {}}')).toBe(
    '@media (min-width: 0) {p {}} @media screen and (max-width: 0) {a {}}',
  )
})
