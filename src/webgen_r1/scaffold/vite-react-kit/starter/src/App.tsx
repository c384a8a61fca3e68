import { Site } from './kit'
import Home from './pages/Home'
import Visit from './pages/Visit'

export default function App() {
  return <Site name="Corner Bakery" background="#ffffff" color="#1e40af" pages={{ Home, Visit }} />
}
