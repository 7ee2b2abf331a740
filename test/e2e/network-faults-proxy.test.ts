import { testNetworkFaults } from './support/network-fault-tests.ts'

testNetworkFaults('https through a proxy')
