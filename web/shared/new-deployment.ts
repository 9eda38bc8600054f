const key = 'postmaster-reloaded-for'

/**
 * A tab that was open during a deployment asks for chunks that no longer exist. It reloads once, so that it gets the new
 * page. The chunk's error message is remembered, because a chunk that is still missing then must not reload forever.
 */
export const reloadOnceForNewDeployment = (): void => {
  window.addEventListener('vite:preloadError', (event) => {
    const missing = event.payload.message
    if (sessionStorage.getItem(key) === missing) return
    sessionStorage.setItem(key, missing)
    event.preventDefault()
    window.location.reload()
  })
}
