import { measureReaders } from './measured-growth.ts'

measureReaders(1)
