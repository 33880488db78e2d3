/** Loads the package that `?package=` names and classifies the pictures that are dropped on the page. */
const folder = new URLSearchParams(location.search).get('package') ?? '../../out/swin-free-t';

const element = (id) => document.getElementById(id);
const say = (text) => {
  element('status').textContent = text;
};

try {
  const { info, load } = await import(new URL(`${folder}/model.js`, location.href).href);
  element('title').textContent = info.name;
  const model = await load({
    onProgress: ({ phase, done, total }) => say(`${phase}: ${done} of ${total}`),
  });
  model.lost.then((error) => say(error.message));
  say(`${info.parameters.toLocaleString()} parameters on ${adapterName(model.info.adapter)}; weights: ${info.weights}`);
  listen((file) => show(model, file).catch((error) => say(error.message)));
} catch (error) {
  element('title').textContent = 'The model could not be loaded';
  say(`${folder}: ${error.message}`);
}

function adapterName({ description, device, architecture, vendor }) {
  return [description, device, `${vendor} ${architecture}`.trim()].find((text) => text !== '') ?? 'a GPU';
}

async function show(model, file) {
  const bitmap = await createImageBitmap(file);
  const image = document.createElement('img');
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  element('drop').querySelector('span, img').replaceWith(image);
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height);
  const start = performance.now();
  const classes = await model.classify(pixels, { topK: 5 });
  say(`classified in ${(performance.now() - start).toFixed(0)} ms, resizing included`);
  element('classes').replaceChildren(...classes.map(row));
}

function row({ index, score }) {
  const line = document.createElement('tr');
  for (const text of [`class ${index}`, `${(score * 100).toFixed(2)} %`]) line.insertCell().textContent = text;
  return line;
}

function listen(take) {
  const drop = element('drop');
  element('file').addEventListener('change', ({ target }) => target.files[0] && take(target.files[0]));
  drop.addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    drop.classList.remove('over');
    const [file] = event.dataTransfer.files;
    if (file) take(file);
  });
}
