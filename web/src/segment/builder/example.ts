import { grammarOf, type Schema } from './grammar'

const MEASURE = { $ref: '#/$defs/Measure', title: 'Trait' }
const SCALARS: Schema[] = [{ type: 'boolean' }, { type: 'integer' }, { type: 'number' }, { type: 'string' }]
const word = (properties: Record<string, Schema>, required: string[], title?: string): Schema => ({ title, properties, required })
const compared = (name: string, main: Schema) => word({ [name]: main, trait: MEASURE, ignore_case: { type: 'boolean', default: false } }, [name, 'trait'])
const RULES: Schema = { type: 'array', items: { $ref: '#/$defs/Rule' }, minItems: 1 }
const EVENT: Schema = { type: 'string', 'x-names': 'event', title: 'Event' }
const WHERE: Schema = {
  anyOf: [{ type: 'object' }, { type: 'array', items: { $ref: '#/$defs/PropertyFilter' } }],
}
const WITHIN: Schema = { anyOf: [{ type: 'string', examples: ['90d'], pattern: 'd' }, { type: 'null' }] }
const long = (ops: string[], main: string, schema: Schema) => word({ op: { enum: ops }, [main]: schema }, ['op'])

/** A small language of rules as the program would declare it, for tests. */
export const GRAMMAR = grammarOf({
  $defs: {
    PropertyFilter: word({ property: { type: 'string', 'x-names': 'property' }, op: { enum: ['='] }, value: { anyOf: SCALARS } }, ['property', 'value']),
    measure_count: word({ count: EVENT, within: WITHIN }, ['count']),
    measure_Count: long(['count'], 'event', EVENT),
    operator_all: word({ all: RULES }, ['all']),
    operator_AllOf: long(['all'], 'of', RULES),
    operator_any: word({ any: RULES }, ['any']),
    operator_none: word({ none: RULES }, ['none']),
    operator_not: word({ not: { $ref: '#/$defs/Rule' } }, ['not']),
    operator_Not: long(['not'], 'of', { $ref: '#/$defs/Rule' }),
    operator_ge: compared('>=', { anyOf: SCALARS }),
    operator_eq: compared('=', { anyOf: SCALARS }),
    operator_in: compared('in', { anyOf: [{ type: 'array', items: { anyOf: SCALARS } }, ...SCALARS] }),
    operator_between: compared('between', { type: 'array', items: { anyOf: SCALARS }, minItems: 2, maxItems: 2 }),
    operator_is_set: compared('is_set', { type: 'boolean' }),
    operator_did: word({ did: EVENT, within: WITHIN, where: WHERE, at_least: { type: 'integer', minimum: 0 } }, ['did']),
    operator_Did: long(['did'], 'event', EVENT),
    operator_did_not: word({ did_not: EVENT, within: WITHIN, where: WHERE }, ['did_not']),
    operator_in_segment: word(
      { in_segment: { anyOf: [{ type: 'string', 'x-names': 'segment' }, { type: 'array', items: { type: 'string', 'x-names': 'segment' } }] } },
      ['in_segment'],
    ),
    operator_stranger: word({ stranger: { type: 'integer', exclusiveMinimum: 0 }, kind: { enum: ['a', 'b'] } }, ['stranger', 'kind'], 'A stranger'),
  },
})
