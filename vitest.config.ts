import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{packages,apps}/*/{src,tests}/**/*.test.ts', 'test/*/**/*.test.ts', 'bench/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    // networks of real nodes on two cores: generous, and only ever reached when something hangs
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // the second prints what was found between Stoa and other implementations
    reporters: ['default', './test/interop/matrix-reporter.ts'],
  },
})
