import { testImplementation } from './matrix.ts'

testImplementation('python')
