/** In the place of a key: a thing that is not there yet. No key and no number looks like it. */
export const NEW = '+new'
