import { defineConfig } from '@playwright/test'
import base from './playwright.config.ts'

/** Takes the pictures of `docs/pages.md` instead of testing. */
export default defineConfig(base, {
  testDir: 'screenshots',
  testMatch: '*.shots.ts',
  timeout: 1_200_000,
  reporter: 'line',
})
