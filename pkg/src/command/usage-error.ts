/** A command line that cannot be run. The message says how to fix it, and contains no value that may be a secret. */
export class UsageError extends Error {}
