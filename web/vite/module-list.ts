import { relative, sep } from 'node:path'
import type { Plugin } from 'vite'

/**
 * Writes `.vite/modules.json`, the list of all modules that the build read for the page. Deployments collect the
 * licences of the packages in it.
 *
 * @param root the folder to which the paths in the list are relative
 */
export const moduleList = (root: string): Plugin => ({
  name: 'module-list',
  apply: 'build',
  generateBundle() {
    const modules = [...this.getModuleIds()]
      .filter((id) => !id.startsWith('\0'))
      .map((id) => relative(root, id).replaceAll(sep, '/'))
    this.emitFile({ type: 'asset', fileName: '.vite/modules.json', source: JSON.stringify(modules.sort(), null, 1) })
  },
})
