/** Equal to the version in both package.json files. The agent's bundle has no package.json beside it. */
export const agentVersion = '0.1.0'
