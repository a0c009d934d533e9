// Where no server is, a service worker is the sandbox. The page begins only when it answers.

export async function hostSandbox(script: string): Promise<void> {
  const { serviceWorker } = navigator;
  await serviceWorker.register(script);
  await serviceWorker.ready;
  if (serviceWorker.controller) return;
  await new Promise((resolve) => { serviceWorker.addEventListener("controllerchange", resolve, { once: true }); });
}
