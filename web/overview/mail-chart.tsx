import BarChart from '@cloudscape-design/components/bar-chart'
import { clockTime } from '../shared/words/times.tsx'
import type { Overview } from './queries.ts'
import { texts } from './texts.ts'

const MailChart = ({ hours }: { hours: Overview['mail']['hours'] }) => {
  const most = Math.max(...hours.map(({ stored }) => stored), 1)
  return (
    <BarChart
      series={[
        { type: 'bar', title: texts.chartY, data: hours.map(({ from, stored }) => ({ x: new Date(from), y: stored })) },
      ]}
      xDomain={hours.map(({ from }) => new Date(from))}
      yDomain={[0, most]}
      xScaleType="categorical"
      i18nStrings={{ xTickFormatter: (hour: Date) => clockTime(hour.toISOString()) }}
      ariaLabel={texts.chart}
      xTitle={texts.chartX}
      yTitle={texts.chartY}
      height={180}
      hideFilter
      hideLegend
    />
  )
}

export default MailChart
