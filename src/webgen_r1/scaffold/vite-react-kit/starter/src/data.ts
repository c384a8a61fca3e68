import { table } from './kit'

export const breads = table(`
Bread | Baked | Keeps | Price
Rye Loaf | Daily from 6 | 5 days | $6.20
Sesame Ring | Friday and Saturday | 2 days | $3.40
Walnut Batard | Wednesday | 3 days | $5.80
`)
