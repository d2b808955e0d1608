/** What build tells badge when a service's truth has changed: forget what you cached of these. */
export const badgeHintSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['services'],
  properties: {
    services: { type: 'array', maxItems: 200, items: { type: 'string', maxLength: 63 } },
  },
} as const
