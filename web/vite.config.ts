import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Asset addresses are relative: the server writes its base path into <base href> of index.html,
// so that one build serves every base path.
export default defineConfig({
  base: './',
  plugins: [react(), tailwindcss()],
  build: {
    target: ['chrome111', 'firefox114', 'safari16.4'],
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // Few files: the libraries every page needs, our parts every page needs, and one per page.
        codeSplitting: {
          groups: [
            {
              name: 'libraries',
              test: /node_modules.(react|react-dom|scheduler|@tanstack)\b/,
              minShareCount: 2,
            },
            {
              name: 'parts',
              test: /src.(api|format|ui|words|frame|task|tasks)\b/,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '^/v2\\.': 'http://127.0.0.1:8080' } },
})
