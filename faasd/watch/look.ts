/**
 * What one look at a part of the box gave. `gone`: certainly dead. `silent`: no proper answer, which may be load,
 * so that only two looks in a row prove something. `odd`: it lives, and a person should know. `how` follows the
 * part's name in a sentence: "refuses connections".
 */
export type Look = { is: 'well' } | { is: 'gone' | 'silent' | 'odd'; how: string }
