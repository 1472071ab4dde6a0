import { expect, test } from 'vitest'
import { deliverySchema } from '../../http/mail-schemas.ts'
import { STATES } from './commands.ts'

test('the states that the command line knows are those of the API', () => {
  expect(STATES).toEqual(deliverySchema.shape.state.options)
})
