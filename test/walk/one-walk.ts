import { parentPort, workerData } from 'node:worker_threads'
import { walks } from './walks.ts'

/** The thread of one walk. It receives the walk's index and sends back the functions that ran. */
parentPort?.postMessage(await walks[workerData]?.run())
