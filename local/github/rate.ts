/** One bucket of GitHub's hourly limit; `reset` is in seconds since 1970. */
export type Standing = { limit: number; used: number; remaining: number; reset: number }

export type Rate = {
  /** Where the bucket stands, without taking from it. */
  look: (bucket: 'anonymous' | 'token') => Standing
  /** Takes one request from the bucket. */
  spend: (bucket: 'anonymous' | 'token') => void
}

const HOUR_S = 3600

/** GitHub's primary rate limit: `limit` requests in the hour that begins with the first of them. */
export function createRate(limit: { anonymous: number; token: number }, now: () => Date): Rate {
  const windows = { anonymous: { used: 0, reset: 0 }, token: { used: 0, reset: 0 } }
  const current = (bucket: 'anonymous' | 'token') => {
    const seconds = Math.floor(now().getTime() / 1000)
    if (windows[bucket].reset <= seconds) windows[bucket] = { used: 0, reset: seconds + HOUR_S }
    return windows[bucket]
  }
  return {
    look: (bucket) => {
      const { used, reset } = current(bucket)
      return { limit: limit[bucket], used, remaining: Math.max(limit[bucket] - used, 0), reset }
    },
    spend: (bucket) => {
      current(bucket).used += 1
    },
  }
}

/** The headers that every answer of the API carries. */
export function rateHeaders(standing: Standing): Record<string, string> {
  return {
    'x-ratelimit-limit': String(standing.limit),
    'x-ratelimit-remaining': String(standing.remaining),
    'x-ratelimit-reset': String(standing.reset),
    'x-ratelimit-used': String(standing.used),
    'x-ratelimit-resource': 'core',
  }
}
