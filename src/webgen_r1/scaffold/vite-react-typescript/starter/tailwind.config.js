export default {
  content: ['./index.html', './src/**/*.{ts,tsx}'],
  theme: {
    extend: {
      colors: { page: '#ffffff', accent: '#1e40af' },
    },
  },
}
