import { testImplementation } from './matrix.ts'

testImplementation('js2')
