/** The page's only script, allowed by its digest alone: a field above each list of tensors hides rows. */
export const script = `for (const list of document.querySelectorAll('details.tensors')) {
  const input = list.querySelector('input');
  const rows = list.querySelectorAll('tbody tr');
  input.hidden = false;
  input.addEventListener('input', () => {
    const words = input.value.toLowerCase().split(/\\s+/);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  });
}`;

/** A test holds it against the script. */
export const scriptDigest = 'sha256-8nIFDhR+RxZtybMTMYv0qWXjE5VYcdTEEHP4kNYX9bg=';
