// What LDPR asks of a project's own scripts (docs/ldpr.md): the rules that Vite's React and
// TypeScript template sets, without those that need types. The packages are the tree's.
import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import reactRefresh from 'eslint-plugin-react-refresh'
import globals from 'globals'
import tseslint from 'typescript-eslint'

const JAVASCRIPT = '**/*.{js,jsx,mjs,cjs}'
const TYPESCRIPT = '**/*.{ts,tsx,mts,cts}'

export default [
  { files: [JAVASCRIPT, TYPESCRIPT], ...js.configs.recommended },
  // One parser for both, which also sees that JSX uses a name.
  ...tseslint.configs.recommended,
  {
    // Names of TypeScript's libraries, declared anew for every file, would only serve
    // `no-undef`, which is off where there are types.
    languageOptions: { parserOptions: { lib: [] } },
  },
  {
    files: [JAVASCRIPT],
    languageOptions: { globals: globals.browser },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // Beside src/: configuration, scripts, a server. Node runs them.
    files: [JAVASCRIPT],
    ignores: ['src/**'],
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
  },
  {
    files: ['**/*.{jsx,tsx}'],
    plugins: { 'react-hooks': reactHooks, 'react-refresh': reactRefresh },
    rules: {
      ...reactHooks.configs.recommended.rules,
      // Only hot reloading suffers from it, so it is reported and does not count.
      'react-refresh/only-export-components': ['warn', { allowConstantExport: true }],
    },
  },
]
