/** One bucket of GitHub's hourly limit; `reset` is in seconds since 1970. */
export type Standing = { limit: number; used: number; remaining: number; reset: number }

export type Rate = {
  /** Where the bucket stands, `anonymous` or that of a token, without taking from it. */
  look: (bucket: string) => Standing
  /** Takes one request from the bucket. */
  spend: (bucket: string) => void
}

const HOUR_S = 3600

/** GitHub's primary rate limit: `limit` requests in the hour that begins with the first of them. */
export function createRate(limit: { anonymous: number; token: number }, now: () => Date): Rate {
  const windows = new Map<string, { used: number; reset: number }>()
  const current = (bucket: string) => {
    const seconds = Math.floor(now().getTime() / 1000)
    const known = windows.get(bucket)
    if (known && known.reset > seconds) return known
    const fresh = { used: 0, reset: seconds + HOUR_S }
    windows.set(bucket, fresh)
    return fresh
  }
  return {
    look: (bucket) => {
      const { used, reset } = current(bucket)
      const most = bucket === 'anonymous' ? limit.anonymous : limit.token
      return { limit: most, used, remaining: Math.max(most - used, 0), reset }
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
