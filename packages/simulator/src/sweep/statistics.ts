/** 97.5 % quantiles of Student's t, for 2 degrees of freedom and more. With 1 it is 12.7: two values say next to nothing of noise. */
const STUDENT_T = [
  4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101,
  2.093,
] as const

/** Fewest values whose mean can be told from chance, and the most that the table is for. */
export const LEAST_SAMPLES = 3
export const MOST_SAMPLES = STUDENT_T.length + LEAST_SAMPLES - 1

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Of the mean. @param values two or more */
export function standardErrorOf(values: readonly number[]): number {
  const mean = meanOf(values)
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}

/** The mean is below 0 by more than chance: the 95 % confidence interval of it ends below 0. @param values LEAST_SAMPLES to MOST_SAMPLES */
export function isBelowZero(values: readonly number[]): boolean {
  const t = STUDENT_T[values.length - LEAST_SAMPLES]
  return t !== undefined && meanOf(values) < -t * standardErrorOf(values)
}
