// If there is no server, a service worker runs the sandbox. The page waits until it responds.

export async function hostSandbox(script: string): Promise<void> {
  const { serviceWorker } = navigator;
  await serviceWorker.register(script);
  await serviceWorker.ready;
  if (serviceWorker.controller) return;
  await new Promise((resolve) => { serviceWorker.addEventListener("controllerchange", resolve, { once: true }); });
}
