/** The description of the three functions, OpenAPI 3.1 in JSON. */
export declare const openapi: string
