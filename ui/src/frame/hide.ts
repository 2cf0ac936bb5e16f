/** The key that hides the screen, wherever the focus is: Control and L. */
export function isHideKey({ key, ctrlKey, altKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  return ctrlKey && !altKey && !metaKey && !shiftKey && key.toLowerCase() === "l";
}
