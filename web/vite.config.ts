import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/** `COTERIE_SERVER` is where `npx vite` finds a running `coterie serve` while one develops. */
export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../src/coterie/api/static',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 900,
  },
  test: { isolate: false }, // no test changes what another reads, and a process for each would take longer than all of them
  server: { proxy: { '/api': process.env.COTERIE_SERVER ?? 'http://127.0.0.1:8000' } },
})
