// A day of triage: set-up, sign-in, queue, claim, call, routing, closing.
export async function triage(_house) {}
