import { parseArgs } from 'node:util'
import { type Load, measure, quantile } from './measure.ts'
import { measureSweep } from './sweep.ts'

const usage = `Usage: npm run bench:hand-over -- [options]

Measures one webhook alone, beside one that never answers, and beside one that refuses connections. The three run at the
same time, so that a busy machine affects them alike.

  --messages N      messages, each planned for both destinations (default 5000)
  --rate N          messages that arrive in a second (default 10)
  --concurrency N   concurrency of both destinations (default 1)
  --slots N         MaxConcurrentDeliveries (default 2)
  --sweep N         measure a sweep with N due deliveries instead`

const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '5000' },
    rate: { type: 'string', default: '10' },
    concurrency: { type: 'string', default: '1' },
    slots: { type: 'string', default: '2' },
    sweep: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) console.log(usage)
else if (values.sweep !== undefined) for (const line of await measureSweep(Number(values.sweep))) console.log(line)
else {
  const load: Load = {
    messages: Number(values.messages),
    rate: Number(values.rate),
    concurrency: Number(values.concurrency),
    slots: Number(values.slots),
  }
  const all = await Promise.all((['absent', 'hangs', 'refuses'] as const).map((neighbour) => measure(load, neighbour)))
  const alone = quantile(all[0]?.latencies ?? [], 0.95)
  console.log(JSON.stringify(load))
  for (const { neighbour, latencies, deliveriesPerSecond, writes, reads, wakes, sweeps } of all) {
    const [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((share) => quantile(latencies, share))
    const per = `${deliveriesPerSecond.toFixed(1)}/s, ${writes.toFixed(2)} writes and ${reads.toFixed(2)} reads per message`
    console.log(
      `${neighbour}: p50 ${p50} ms, p95 ${p95} ms (× ${((p95 ?? Number.NaN) / alone).toFixed(2)}), p99 ${p99} ms, ` +
        `max ${most} ms; ${per}; ${wakes} wakes; slowest sweep ${Math.max(0, ...sweeps).toFixed(0)} ms`,
    )
  }
}
