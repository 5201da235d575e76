/** Has the person choose a file when the button is pressed, the same one again, too. */
export function pickFile(button: HTMLElement, input: HTMLInputElement, chosen: (file: File) => Promise<void>): void {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    input.value = "";
    if (file) void chosen(file);
  });
}
