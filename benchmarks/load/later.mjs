/**
 * Waits.
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
export const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
