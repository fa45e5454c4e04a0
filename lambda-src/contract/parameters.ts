/**
 * Bytes that a parameter holds. Source: "Managing parameter tiers", AWS Systems Manager User Guide: "Maximum size of a
 * parameter value" is 4 KB for standard and 8 KB for advanced parameters.
 */
export const STANDARD_BYTES = 4_096;
export const ADVANCED_BYTES = 8_192;
