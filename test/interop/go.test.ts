import { testImplementation } from './matrix.ts'

testImplementation('go')
