import { describeServiceFaults } from './describe-service-faults.ts'

describeServiceFaults({ wanted: (rounds) => rounds, limitMs: 2_400_000 })
