/** The server takes no clip that is shorter, in seconds. */
export const SHORTEST = 0.5;
