import { defineConfig } from '@playwright/test'
import base from './playwright.config.ts'

/** Measures instead of testing: figures are printed, and none of them fails anything. */
export default defineConfig(base, {
  testDir: 'bench',
  testMatch: '*.bench.ts',
  timeout: 1_800_000,
  reporter: 'line',
})
