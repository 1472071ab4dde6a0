import { testImplementation } from './matrix.ts'

testImplementation('rust')
