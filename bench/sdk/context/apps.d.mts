/** Names of the frameworks. */
export const frameworks: string[];
